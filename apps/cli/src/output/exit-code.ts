import { errorCode, type ErrorCode } from '@mm-secrets/core'

/** What each exit status of the program means; the manual prints this table. */
export const EXIT_MEANINGS = {
  0: 'Done.',
  1: 'A bug in this program.',
  2: 'Wrong usage, configuration or value; nothing was written.',
  3: 'Declined at a prompt.',
  4: 'Not found.',
  5: 'Denied, or the credentials for the store are missing or expired.',
  6: 'Refused by policy: environment, CI, account, reuse, revealing.',
  7: 'The store, or the audit log, is unavailable.',
  8: 'Conflict: someone else changed it first.',
  9: 'Integrity: tampered with, corrupt, rolled back, or cannot be decrypted.',
  11: 'status --check: a rotation is overdue, or a key is exposed.',
  12: 'Stopped part way, or only part is there; the message says how to go on.',
  13: 'A check that was asked for did not pass.',
  75: 'run --on-rotate exit: the credential was rotated; start again.',
  126: 'run: the program cannot be executed.',
  127: 'run: there is no such program.',
  130: 'Interrupted.',
} as const

export type ExitCode = keyof typeof EXIT_MEANINGS

/** A code without an exit status does not compile. */
const EXIT_CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE: 2,
  CONFIG: 2,
  INVALID_VALUE: 2,
  DECLINED: 3,
  NOT_FOUND: 4,
  DENIED: 5,
  STORE_CREDENTIALS: 5,
  ENVIRONMENT_MISMATCH: 6,
  PROD_FORBIDDEN_IN_CI: 6,
  ACCOUNT_MISMATCH: 6,
  REUSED_CREDENTIAL: 6,
  REVEAL_REFUSED: 6,
  REVOKED: 6,
  DRY_RUN: 6,
  UNAVAILABLE: 7,
  AUDIT_UNAVAILABLE: 7,
  CONFLICT: 8,
  SUPERSEDED: 8,
  AMBIGUOUS_LAYOUT: 8,
  FOREIGN_WRITE: 8,
  CORRUPT: 9,
  TAMPERED: 9,
  ROLLED_BACK: 9,
  TORN_PAIR: 9,
  INCOMPLETE: 12,
  PARTIAL: 12,
  CHECK_FAILED: 13,
  INTERRUPTED: 130,
}

/** The exit status for whatever was thrown; anything that is not ours is a bug. */
export function exitCode(error: unknown): ExitCode {
  const code = errorCode(error)
  return code === null ? 1 : EXIT_CODES[code]
}
