import type { CredentialRefParts, StatusRow } from '@mm-secrets/core'
import { credentialRef } from '@mm-secrets/core'

export const DAY_MS = 86_400_000
export const NOW: number = Date.UTC(2026, 10, 25, 12, 30)

/** A credential that is fine, made yesterday, but for what is said. */
export function someRow(
  parts: Partial<CredentialRefParts> = {},
  rest: Partial<StatusRow> = {},
): StatusRow {
  return {
    ref: credentialRef({ env: 'prod', exchange: 'bybit', ...parts }),
    createdAt: NOW - DAY_MS,
    dueAt: NOW + 23 * DAY_MS,
    overdueAt: NOW + 29 * DAY_MS,
    condition: 'fine',
    notRevoked: null,
    ...rest,
  }
}
