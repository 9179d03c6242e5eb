import { BybitSignerError } from '@mm-secrets/bybit-signer'
import type { Redacted } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { quoted } from './redaction.ts'

/**
 * Runs the signer; what it refuses becomes an error of ours.
 *
 * @param subject whose credential or which request: `shadow/bybit`
 * @throws USAGE, INVALID_VALUE, TORN_PAIR
 */
export function signing<T>(subject: string, values: readonly Redacted[], run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof BybitSignerError)) throw error
    // A message names the parameter, and a name may be anything.
    const message = quoted(error.message, values)
    throw new SecretsError(error.code, `${subject}: ${message}`, { hint: error.hint })
  }
}
