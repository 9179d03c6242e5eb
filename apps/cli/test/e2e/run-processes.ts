import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect } from 'vitest'

const POLL_MS = 20
const PATIENCE_MS = 60_000

const started: ChildProcess[] = []

afterAll(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** Ends it when the tests of the file are over, should the one that it belongs to have failed. */
export function endLater<T extends { readonly child: ChildProcess }>(running: T): T {
  started.push(running.child)
  return running
}

/** Waits until something is there. */
export async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const found = look()
    if (found !== null && found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`)
    await sleep(POLL_MS)
  }
}

/** Every process below this one, as proc(5) has them. */
export function descendants(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

/** `R`, `S`, `T` where it is stopped; null where there is no such process any more. */
export function stateOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  const state = stat.slice(stat.lastIndexOf(')') + 2).charAt(0)
  return state === '' || state === 'Z' ? null : state
}

/** Waits until none of these is there. */
export async function gone(pids: readonly number[]): Promise<void> {
  await until(`the end of ${pids.join(', ')}`, () => pids.every((pid) => stateOf(pid) === null))
}

/** No process of this machine has it in its command line. */
export function expectNotInArguments(values: readonly string[]): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const line = read(`/proc/${pid}/cmdline`)
    for (const value of values)
      expect(line.includes(value), `the command line of ${pid}`).toBe(false)
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
