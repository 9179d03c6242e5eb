import { errorCode, printable } from '@mm-secrets/core'
import type { Terminal } from '../context.ts'
import { jsonLine } from './json.ts'
import { statement } from './statement.ts'
import { styleFor } from './style.ts'

/** What is shown of an error. */
export interface ShownError {
  readonly code: string
  readonly message: string
  readonly hint: string | null
}

/**
 * What may be shown of whatever was thrown. The text of an error that is not ours may hold a value, so of a bug only
 * its class is told.
 */
export function shownError(error: unknown): ShownError {
  const code = errorCode(error)
  if (code !== null && error instanceof Error) {
    const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : null
    return { code, message: printable(error.message), hint: hint === null ? null : printable(hint) }
  }
  return {
    code: 'BUG',
    message: `This is a bug in mm-secrets (${className(error)}).`,
    hint: 'Run the command again with MM_SECRETS_DEBUG=1 and report what it prints; values are never in it.',
  }
}

/** The error as text: one line that says what happened, one that says what to do. */
export function errorText(
  { hint, message }: ShownError,
  { env, stderr }: Pick<Terminal, 'env' | 'stderr'>,
): string {
  const style = styleFor(stderr.isTty, env)
  const said = statement(stderr, 'mm-secrets:', style.red, message)
  return hint === null ? said : said + statement(stderr, 'hint:', style.dim, hint)
}

/** The error for programs: `{"error":{"code","hint","message"}}`. */
export function errorJson({ code, hint, message }: ShownError): string {
  return jsonLine({ error: { code, hint, message } })
}

/** Where a bug was, without its message, which may hold a value. */
export function stackFrames(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.map((line) => `${printable(line)}\n`).join('')
}

function className(error: unknown): string {
  const name = error instanceof Error ? error.constructor.name : typeof error
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error'
}
