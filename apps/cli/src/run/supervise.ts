import type { Clock, Credential } from '@mm-secrets/core'
import { errorCode, formatRef, SecretsError } from '@mm-secrets/core'
import type { Chosen } from './chosen.ts'
import type { Child, Ended, Programs } from './programs.ts'
import type { Held } from './variables.ts'
import type { Watch } from './watch.ts'

export const ON_ROTATE = ['restart', 'hup', 'exit'] as const
export type OnRotate = (typeof ON_ROTATE)[number]

interface Watching {
  readonly watch: Watch
  readonly onRotate: OnRotate
  /** How long a program has between SIGTERM and SIGKILL. */
  readonly graceMs: number
  /** Reads one anew. @throws REVOKED when it was frozen meanwhile */
  readonly read: (chosen: Chosen, signal: AbortSignal) => Promise<Credential>
}

/** A program, what it gets, and what becomes of it when that is rotated. */
export interface Job {
  readonly command: readonly [program: string, ...args: string[]]
  readonly chosen: readonly Chosen[]
  readonly environment: (held: Held) => Readonly<Record<string, string>>
  /** Where values go to a file. */
  readonly mount: ((held: Held) => Promise<void>) | null
  readonly watching: Watching | null
  readonly note: (line: string) => void
}

export interface Supervision {
  readonly programs: Pick<Programs, 'start'>
  readonly clock: Clock
  /** Knows of every program that is started. */
  readonly relay: { to(child: Child): void; readonly asked: boolean }
  readonly guard: { child(pid: number): void }
}

/** How it ended: by itself, or because a rotation was to end it. */
export type Outcome = Ended | 'rotated'

type Next = Outcome | { readonly restartWith: Held; readonly ended: Ended }

/**
 * Runs a program to its end, with new values after a rotation where that is wished.
 *
 * @throws REVOKED once the program is stopped, because its key was frozen; the system's error where it cannot be started
 */
export async function supervise(job: Job, first: Held, by: Supervision): Promise<Outcome> {
  const { clock, guard, programs, relay } = by
  const [program, ...args] = job.command
  let held = first
  for (;;) {
    const child = await programs.start(program, args, job.environment(held))
    guard.child(child.pid)
    relay.to(child)
    const next = await attend(job, child, held, clock)
    if (next === 'rotated' || !('restartWith' in next)) return next
    // Somebody wanted it to end while it was being replaced.
    if (relay.asked) return next.ended
    held = next.restartWith
  }
}

async function attend(job: Job, child: Child, first: Held, clock: Clock): Promise<Next> {
  const { watching } = job
  if (watching === null) return child.ended
  const over = new AbortController()
  const ended = child.ended.then((how) => {
    over.abort()
    return how
  })
  let held = first
  for (;;) {
    const change = await watching.watch.next(job.chosen, held, over.signal)
    if (change === null) return ended
    if (change.kind === 'frozen') {
      await terminate(child, watching.graceMs, clock)
      throw frozen(change.chosen)
    }
    const names = change.chosen.map(({ label }) => label).join(' and ')
    if (watching.onRotate === 'exit') {
      job.note(`${names} was rotated; ending the program.`)
      await terminate(child, watching.graceMs, clock)
      return 'rotated'
    }
    try {
      const renewed = await renew(watching, change.chosen, held, over.signal)
      await job.mount?.(renewed)
      held = renewed
    } catch (error) {
      if (over.signal.aborted) return ended
      if (errorCode(error) === 'REVOKED') {
        await terminate(child, watching.graceMs, clock)
        throw error
      }
      watching.watch.trouble(error)
      continue
    }
    if (watching.onRotate === 'hup') {
      job.note(`${names} was rotated; telling the program by SIGHUP.`)
      child.kill('SIGHUP')
      continue
    }
    job.note(`${names} was rotated; starting the program anew.`)
    return { restartWith: held, ended: await terminate(child, watching.graceMs, clock) }
  }
}

async function renew(
  { read }: Watching,
  chosen: readonly Chosen[],
  held: Held,
  signal: AbortSignal,
): Promise<Held> {
  const renewed = new Map(held)
  for (const each of chosen) renewed.set(each.label, await read(each, signal))
  return renewed
}

/** Asks the program to end, and ends it when it does not. */
async function terminate(child: Child, graceMs: number, clock: Clock): Promise<Ended> {
  const over = new AbortController()
  const ended = child.ended.then((how) => {
    over.abort()
    return how
  })
  child.kill('SIGTERM')
  // A suspended program would not see it.
  child.kill('SIGCONT')
  await Promise.race([ended, clock.sleep(graceMs, over.signal).catch(() => undefined)])
  if (!over.signal.aborted) child.kill('SIGKILL')
  return ended
}

function frozen({ ref }: Chosen): SecretsError {
  return new SecretsError('REVOKED', `${formatRef(ref)} was frozen; the program was stopped.`, {
    hint: 'An incident froze this key. Rotate it, then start the program again.',
  })
}
