import type { Call } from '../../runtime/call.ts'
import { checkCall } from '../../runtime/call.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { SecretStore } from './secret-store.ts'

/** What every step of the protocol works with. */
export interface Tools {
  readonly store: SecretStore
  readonly clock: Clock
}

/** How often a step looks again before it says that it does not know. */
export const MAX_ROUNDS = 8

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1000

/**
 * Waits for the store to catch up with itself.
 *
 * @param round counted from 0; each wait is twice as long as the one before
 * @param doing what was going on, for the message
 * @throws UNAVAILABLE past the deadline, INTERRUPTED
 */
export async function pause(
  { clock }: Pick<Tools, 'clock'>,
  round: number,
  doing: string,
  call: Call,
): Promise<void> {
  checkCall(call, clock, doing)
  const ms = Math.min(FIRST_PAUSE_MS * 2 ** round, LONGEST_PAUSE_MS)
  await clock.sleep(ms, call.signal).catch((error: unknown) => {
    if (call.signal?.aborted === true) checkCall(call, clock, doing)
    throw error
  })
}
