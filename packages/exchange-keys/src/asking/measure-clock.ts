import type { Line, Reply } from './converse.ts'
import { converse } from './converse.ts'
import type { Inquiry } from './inquiry.ts'

/** September 2001 and the year 5138: milliseconds of today, and neither seconds nor microseconds. */
const EARLIEST_MS = 1e12
const LATEST_MS = 1e14

/**
 * How far the exchange's clock is from this machine's, which no secret is needed to learn.
 *
 * @returns unanswered: the exchange cannot be reached at all, so that nothing signed need be sent
 */
export async function measureClock(
  line: Line,
  { timePath, readTime }: Pick<Inquiry, 'timePath' | 'readTime'>,
): Promise<{
  readonly offsetMs: number | null
  readonly unanswered: Extract<Reply, { kind: 'none' }> | null
}> {
  const sentAt = line.clock.now()
  const reply = await converse(line, timePath)
  const receivedAt = line.clock.now()
  if (reply.kind === 'none') return { offsetMs: null, unanswered: reply }
  const serverTime = reply.kind === 'json' && reply.status === 200 ? readTime(reply.body) : null
  if (serverTime === null || serverTime < EARLIEST_MS || serverTime >= LATEST_MS) {
    return { offsetMs: null, unanswered: null }
  }
  // It was read half way, give or take half of the journey.
  return { offsetMs: Math.round(serverTime - (sentAt + receivedAt) / 2), unanswered: null }
}
