import type { KeyFacts } from '../src/index.ts'

/** Of a key that no rule has anything against. */
export function someFacts(changes: Partial<KeyFacts> = {}): KeyFacts {
  return {
    exchange: 'bybit',
    site: 'mainnet',
    owner: '101',
    kind: 'sub',
    readOnly: true,
    permissions: [],
    withdraw: false,
    transfer: false,
    ipBound: true,
    ips: ['203.0.113.7'],
    createdAt: Date.UTC(2026, 0, 1),
    expiresAt: 'never',
    ...changes,
  }
}
