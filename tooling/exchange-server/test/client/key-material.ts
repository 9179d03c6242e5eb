import { generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto'

/** Members of keys in the formats of each exchange, made when a test runs. */
export function madeUp(exchange: 'bybit' | 'binance' | 'kucoin'): {
  apiKey: string
  secret: string
} {
  if (exchange === 'bybit') return { apiKey: letters(18), secret: letters(36) }
  if (exchange === 'binance') return { apiKey: letters(64), secret: letters(64) }
  return { apiKey: randomBytes(12).toString('hex'), secret: randomUUID() }
}

export function letters(length: number): string {
  return randomBytes(2 * length)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, 'x')
    .slice(0, length)
}

export interface Pair {
  readonly privateKey: KeyObject
  /** PEM. */
  readonly publicKey: string
}

export function rsaPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { privateKey, publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })) }
}

export function ed25519Pair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })) }
}
