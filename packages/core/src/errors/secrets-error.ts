/** Every way in which this product says no. `docs/errors.md` explains each; the CLI gives each its exit code. */
export const ERROR_CODES = [
  'USAGE',
  'CONFIG',
  'INVALID_VALUE',
  'DECLINED',
  'NOT_FOUND',
  'DENIED',
  'STORE_CREDENTIALS',
  'ENVIRONMENT_MISMATCH',
  'PROD_FORBIDDEN_IN_CI',
  'ACCOUNT_MISMATCH',
  'REUSED_CREDENTIAL',
  'REVEAL_REFUSED',
  'REVOKED',
  'DRY_RUN',
  'UNAVAILABLE',
  'AUDIT_UNAVAILABLE',
  'CONFLICT',
  'SUPERSEDED',
  'AMBIGUOUS_LAYOUT',
  'FOREIGN_WRITE',
  'CORRUPT',
  'TAMPERED',
  'ROLLED_BACK',
  'TORN_PAIR',
  'INCOMPLETE',
  'PARTIAL',
  'CHECK_FAILED',
  'INTERRUPTED',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

export interface SecretsErrorOptions {
  /** What to do next, in one sentence or one command. */
  readonly hint?: string
  /** What brought it about; whoever sets it has redacted it. */
  readonly cause?: unknown
}

/**
 * What happened, to which name, and what to do next; never a value.
 *
 * Whoever makes one has redacted message and cause. Read `code`, not the class: signers throw without core.
 */
export class SecretsError extends Error {
  override readonly name = 'SecretsError'
  readonly code: ErrorCode
  readonly hint: string | null

  constructor(code: ErrorCode, message: string, options: SecretsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint ?? null
  }
}

/** The code of an error of ours, whichever package threw it; null for anything else. */
export function errorCode(error: unknown): ErrorCode | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  const { code } = error
  return (ERROR_CODES as readonly unknown[]).includes(code) ? (code as ErrorCode) : null
}
