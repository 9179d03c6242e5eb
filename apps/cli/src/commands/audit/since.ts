import type { Instant } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { Terminal } from '../../context.ts'
import { parseDuration } from '../../input/duration.ts'
import { DAY_MS } from '../../output/ages.ts'
import { note } from '../../output/messages.ts'
import { asTyped } from '../flags.ts'

const DEFAULT = '1d'
/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const DAYS_KEPT = 90

export const sinceFlag = {
  kind: 'parsed',
  parse: asTyped,
  optional: true,
  placeholder: 'TIME',
  brief: `How far back: 12h, 7d, 2w, at most ${DAYS_KEPT}d (default: ${DEFAULT})`,
} as const

/** @throws USAGE for what is no span of time, or more than CloudTrail keeps */
export function parseSince(text: string | undefined, now: Instant): Instant {
  const span = parseDuration('--since', text ?? DEFAULT)
  if (span <= DAYS_KEPT * DAY_MS) return now - span
  throw new SecretsError('USAGE', `--since is more than ${DAYS_KEPT} days.`, {
    hint: 'CloudTrail keeps no more; what a trail delivered to S3, or CloudTrail Lake, goes further back.',
  })
}

/** A time as tables show it: to the second, in UTC. */
export function shownTime(at: Instant): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}

/** Says from when on an answer is whole, where that is later than what was asked. */
export function noteCut(
  terminal: Pick<Terminal, 'stderr' | 'env'>,
  asked: Instant,
  whole: Instant,
): void {
  if (whole <= asked) return
  note(
    terminal,
    `CloudTrail has more events than are looked up at once: what is shown begins at ${shownTime(whole)} UTC. Ask for less with --since.`,
  )
}
