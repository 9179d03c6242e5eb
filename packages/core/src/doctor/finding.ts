import { SecretsError } from '../errors/secrets-error.ts'

/**
 * `ok`: looked at, and fine. `note`: worth knowing. `warning`: to be mended before it hurts. `error`: broken, or unsafe
 * now.
 */
export type FindingLevel = 'ok' | 'note' | 'warning' | 'error'

/** What one check of the doctor came to; never a value. */
export interface Finding {
  /** What was looked at, for programs: `identity`, `store`, `rotation`. */
  readonly check: string
  readonly level: FindingLevel
  /** A sentence. */
  readonly message: string
  /** What to do, in one sentence or one command; null: nothing. */
  readonly fix: string | null
}

/** A check that found nothing to mend. */
export function fine(check: string, message: string): Finding {
  return { check, level: 'ok', message, fix: null }
}

/**
 * An error as a finding, where a check must not stop the others.
 *
 * @throws the error itself when it is none of ours: a bug is no finding
 */
export function failing(check: string, error: unknown): Finding {
  if (!(error instanceof SecretsError)) throw error
  return { check, level: 'error', message: error.message, fix: error.hint }
}
