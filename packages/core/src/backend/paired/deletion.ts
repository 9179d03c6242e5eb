import { formatRef } from '../../credential/name.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { unstoppable } from '../../runtime/call.ts'
import { commandLine } from '../refusals.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, isDeleted, isOurs, lookAt } from './look.ts'
import { settle } from './settle.ts'
import type { Tools } from './tools.ts'
import { MAX_ROUNDS, pause } from './tools.ts'

/**
 * Hides every secret of a layout until its recovery window has passed: the anchor first, so that no reader is given
 * what is about to go.
 *
 * @throws CONFLICT where somebody restored it meanwhile
 */
export async function deleteSecrets(
  tools: Tools,
  look: Look,
  recoveryDays: number,
  mayStop: Call,
): Promise<Look> {
  const { ref } = look
  // From the first one on it goes through: half of a credential is of no use to anybody.
  const call = unstoppable(mayStop)
  for (const seen of [look.anchor, ...look.mates]) {
    if (seen.secret !== null && !isDeleted(seen)) {
      await tools.store.delete(seen.name, recoveryDays, call)
    }
  }
  const now = await twiceTheSame(tools, look, call)
  if (!isLive(now.anchor)) return now
  for (const mate of now.mates) if (isDeleted(mate)) await tools.store.restore(mate.name, call)
  throw new SecretsError('CONFLICT', `${formatRef(ref)} was restored by someone else meanwhile.`, {
    hint: `Nothing is deleted. Look at it: ${commandLine('history', ref)}`,
  })
}

/** Brings every secret of a layout back, the mates first and again until all are live, and then in step. */
export async function restoreSecrets(tools: Tools, look: Look, call: Call): Promise<Look> {
  let seen = look
  let restored = false
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const deleted = [...seen.mates, seen.anchor].filter(isDeleted)
    if (deleted.length === 0 && !restored) return inStep(tools, seen, call)
    // One view of all of them live may be older than a deletion that runs: after a restore it takes two.
    restored = deleted.length > 0
    if (round > 0) await pause(tools, round - 1, `restoring ${formatRef(look.ref)}`, call)
    for (const { name } of deleted) await tools.store.restore(name, call)
    seen = await lookAt(tools.store, look.ref, look.layout, call)
  }
  throw new SecretsError('PARTIAL', `Not every member of ${formatRef(look.ref)} is restored.`, {
    hint: `Somebody may be deleting it. Try again: ${commandLine('restore', look.ref)}`,
  })
}

/** One view may be older than what it tells of: two that agree count. */
async function twiceTheSame(tools: Tools, look: Look, call: Call): Promise<Look> {
  let before = await lookAt(tools.store, look.ref, look.layout, call)
  for (let round = 0; ; round++) {
    const now = await lookAt(tools.store, look.ref, look.layout, call)
    if (isLive(before.anchor) === isLive(now.anchor) || round === MAX_ROUNDS) return now
    await pause(tools, round, `deleting ${formatRef(look.ref)}`, call)
    before = now
  }
}

function isLive(seen: Seen): boolean {
  return seen.secret !== null && !isDeleted(seen)
}

async function inStep(tools: Tools, look: Look, call: Call): Promise<Look> {
  const current = currentOf(look.anchor)
  if (current === null || !isOurs(look.anchor, current)) return look
  const whole = look.mates.every((mate) => isOurs(mate, current))
  return whole ? settle(tools, look, current, new Set(), call) : look
}
