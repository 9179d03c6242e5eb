import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import type { Actor, Deps, Env } from '@mm-secrets/core'
import { systemClock } from '@mm-secrets/core'
import { recordOnStderr } from './stderr-record.ts'

export interface NodeDepsOptions extends Pick<Deps, 'warn' | 'askPassphrase'> {
  readonly face: Actor['face']
  readonly env: Env
}

/** The world as Node has it, for a face: clock, randomness, files, network, and who is at work. */
export function nodeDeps(options: NodeDepsOptions): Deps {
  const { face, ...given } = options
  return {
    ...given,
    clock: systemClock,
    randomness: (bytes) => randomBytes(bytes),
    fs,
    record: recordOnStderr,
    fetch: globalThis.fetch,
    actor: { face, user: userName(), host: hostname() },
  }
}

/** A container may run as a user id that no password file knows; userInfo then throws. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
