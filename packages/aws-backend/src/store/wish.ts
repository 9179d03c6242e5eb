import type { Call, Instant, SecretName, VersionChoice } from '@mm-secrets/core'
import type { StoredValue } from './stored-value.ts'

/** A version that is asked for, by everyone who asked for it in the same turn. */
export interface Wish {
  readonly name: SecretName
  readonly which: VersionChoice
  /** That of whoever can wait longest. */
  deadline: Instant
  waiters: number
  readonly answer: Promise<StoredValue | null>
  readonly fulfil: (answer: Promise<StoredValue | null>) => void
  /** Aborts when nobody waits any more. */
  readonly end: AbortController
}

export function newWish(name: SecretName, which: VersionChoice): Wish {
  let fulfil: Wish['fulfil'] = () => undefined
  const answer = new Promise<StoredValue | null>((resolve) => {
    fulfil = resolve
  })
  // Whoever waited may have left.
  answer.catch(() => undefined)
  return { name, which, deadline: 0, waiters: 0, answer, fulfil, end: new AbortController() }
}

/** The call in which wishes are asked for together: it ends when nobody waits for any of them. */
export function callOf(wishes: readonly Wish[]): Call {
  const [only] = wishes
  const deadline = Math.max(...wishes.map((wish) => wish.deadline))
  if (wishes.length === 1 && only !== undefined) return { deadline, signal: only.end.signal }
  const all = new AbortController()
  let left = wishes.length
  for (const { end } of wishes) {
    end.signal.addEventListener('abort', () => {
      if (--left === 0) all.abort()
    })
  }
  return { deadline, signal: all.signal }
}
