import type { Failure } from './failure.ts'

/**
 * What AWS said, as the cause of an error: an error of our own making, since the SDK's holds the whole answer.
 */
export function causeOf(failure: Failure): Error {
  const id = failure.requestId === null ? '' : ` (request ${failure.requestId})`
  const status = failure.status === null ? '' : ` HTTP ${failure.status}`
  const cause = new Error(`${failure.message}${status}${id}`.trim())
  cause.name = failure.name
  return cause
}
