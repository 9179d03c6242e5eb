import type { Call, SecretStore } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { interrupted, outOfTime } from '../client/persist.ts'
import { Overdue, within } from '../client/within.ts'
import type { AwsOptions } from '../options.ts'
import { checkName } from './check.ts'
import { turnSender } from './turn.ts'
import type { Wish } from './wish.ts'
import { newWish } from './wish.ts'

/** The request itself keeps to the longest deadline; this one is for whoever joined with a shorter one. */
const GRACE_MS = 250

/**
 * Collects what is asked for in one turn of the event loop: the same version once, and many secrets' AWSCURRENT in
 * batches. Nothing is shared beyond the turn, so no answer is older than its question.
 */
export function getter(
  aws: SecretsManager,
  options: Pick<AwsOptions, 'clock'>,
): SecretStore['get'] {
  const send = turnSender(aws)
  let turn = new Map<string, Wish>()
  const endTurn = () => {
    const wishes = [...turn.values()].filter((wish) => !wish.end.signal.aborted)
    turn = new Map()
    void send(wishes)
  }
  const join = (wish: Wish | undefined, fresh: () => Wish): Wish =>
    wish === undefined || wish.end.signal.aborted ? fresh() : wish
  return async (name, which, call) => {
    checkName(name)
    const leftMs = call.deadline - options.clock.now()
    if (leftMs <= 0) throw outOfTime(`GetSecretValue of ${name}`)
    if (turn.size === 0) setImmediate(endTurn)
    const key = JSON.stringify([name, which])
    const wish = join(turn.get(key), () => newWish(name, which))
    turn.set(key, wish)
    return wait(wish, call, leftMs)
  }
}

async function wait(wish: Wish, call: Call, leftMs: number): ReturnType<SecretStore['get']> {
  wish.deadline = Math.max(wish.deadline, call.deadline)
  wish.waiters++
  try {
    return await within(leftMs + GRACE_MS, call.signal, () => wish.answer)
  } catch (error) {
    if (call.signal?.aborted === true) throw interrupted()
    throw error instanceof Overdue ? outOfTime(`GetSecretValue of ${wish.name}`) : error
  } finally {
    if (--wish.waiters === 0) wish.end.abort()
  }
}
