import type { Clock, CredentialState, Secrets, VersionId } from '@mm-secrets/core'
import { formatRef } from '@mm-secrets/core'
import type { Chosen } from './chosen.ts'
import type { Held } from './variables.ts'
import { credentialOf } from './variables.ts'

export interface WatchOptions {
  readonly intervalMs: number
  readonly secrets: Pick<Secrets, 'describe'>
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Takes one line when the watch is in trouble, and one when it is over. */
  readonly tell: (line: string) => void
}

/** What the watch has seen. */
export type Change =
  | { readonly kind: 'rotated'; readonly chosen: readonly Chosen[] }
  /** The version that the program has was frozen, and nothing is there to take its place. */
  | { readonly kind: 'frozen'; readonly chosen: Chosen }

export interface Watch {
  /** Waits until something is other than what is held; null once the signal aborted. */
  next(chosen: readonly Chosen[], held: Held, signal: AbortSignal): Promise<Change | null>
  /** Something that follows from a change failed: it is tried again, less and less often. */
  trouble(error: unknown): void
}

/** Many programs that were started together must not ask together. */
const JITTER = 0.2
const LONGEST_BACKOFF_MS = 300_000

/**
 * Looks at the metadata of the credentials from time to time. No value is read, and pending versions mean nothing here:
 * what counts is which version is current.
 */
export function watchCredentials(options: WatchOptions): Watch {
  const { clock, intervalMs, random, secrets, tell } = options
  let failures = 0

  const failed = (problem: string): void => {
    failures++
    if (failures === 1) tell(`${problem} The program keeps what it has; the watch goes on.`)
  }

  const pauseMs = (): number => {
    const longest = Math.max(intervalMs, LONGEST_BACKOFF_MS)
    const backedOff = Math.min(longest, intervalMs * 2 ** Math.min(failures, 20))
    return Math.round(backedOff * (1 - JITTER + 2 * JITTER * random()))
  }

  return {
    async next(chosen, held, signal) {
      for (;;) {
        try {
          await clock.sleep(pauseMs(), signal)
          const change = await look(chosen, held, async (each) => {
            const state = await secrets.describe(each.ref, { signal })
            if (state?.current != null && state.deletedUntil === null) return state
            throw new Error(`${formatRef(each.ref)} is not there any more.`)
          })
          if (change !== null) return change
          if (failures > 0) tell('The watch is well again.')
          failures = 0
        } catch (error) {
          if (signal.aborted) return null
          failed(messageOf(error))
        }
      }
    },
    trouble: (error) => {
      failed(messageOf(error))
    },
  }
}

async function look(
  chosen: readonly Chosen[],
  held: Held,
  describe: (each: Chosen) => Promise<CredentialState>,
): Promise<Change | null> {
  const rotated: Chosen[] = []
  for (const each of chosen) {
    const state = await describe(each)
    const { versionId } = credentialOf(each, held)
    const replaced = state.current !== versionId && !isFrozen(state, state.current)
    if (replaced) rotated.push(each)
    else if (isFrozen(state, versionId) || isFrozen(state, state.current)) {
      return { kind: 'frozen', chosen: each }
    }
  }
  return rotated.length === 0 ? null : { kind: 'rotated', chosen: rotated }
}

function isFrozen(state: CredentialState, id: VersionId | null): boolean {
  return state.versions.some((version) => version.id === id && version.frozen)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something failed.'
}
