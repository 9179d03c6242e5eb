import type { Clock, Credential, FileSystem } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { Chosen } from './chosen.ts'
import type { Surroundings } from './environment.ts'
import { mountText } from './mount-text.ts'
import { makeMountedFile } from './mounted-file.ts'
import type { Names } from './naming.ts'
import { NotStarted } from './not-started.ts'
import type { Options } from './options.ts'
import type { Programs } from './programs.ts'
import type { Job, Outcome } from './supervise.ts'
import { supervise } from './supervise.ts'
import type { Held } from './variables.ts'
import { valuesOf } from './variables.ts'
import type { Watch } from './watch.ts'

export interface Launch {
  readonly options: Options
  readonly chosen: readonly Chosen[]
  /** In the file, where values go to one. */
  readonly names: Names
  readonly around: Surroundings
  readonly programs: Programs
  readonly fs: FileSystem
  readonly clock: Clock
  /** Aborts while nothing is started yet. */
  readonly signal: AbortSignal
  readonly read: (chosen: Chosen, reason: string, signal: AbortSignal) => Promise<Credential>
  readonly watch: (intervalMs: number) => Watch
  readonly note: (line: string) => void
}

/**
 * Reads the values, starts the program with them and stays until it ends. Whatever happens, no file is left.
 *
 * @throws NotStarted; INTERRUPTED before the start; REVOKED; INVALID_VALUE; whatever reading throws
 */
export async function launch(given: Launch): Promise<Outcome> {
  const { around, chosen, clock, fs, names, options, programs, read, signal } = given
  const { mount } = options
  const wanted = mount === null ? chosen.filter((each) => isNamed(each, around.names)) : chosen
  const held = new Map<string, Credential>()
  for (const each of wanted) held.set(each.label, await read(each, options.reason, signal))

  const environment = (now: Held): Readonly<Record<string, string>> => ({
    ...around.inherited,
    ...Object.fromEntries(valuesOf(around.names, now)),
  })
  const content = (now: Held): string =>
    mount === null ? '' : mountText(mount.format, names, chosen, now)
  // Values that do not fit are refused before anything is made.
  environment(held)
  const first = content(held)

  const relay = programs.relay()
  const guard = programs.guard()
  const cleanUp: (() => Promise<void>)[] = []
  try {
    let rewrite: Job['mount'] = null
    if (mount !== null) {
      const file = await makeMountedFile(fs, mount.path, programs.pid)
      cleanUp.push(() => file.remove())
      guard.files(file.paths)
      await file.write(first)
      rewrite = (now) => file.write(content(now))
    }
    if (relay.asked || signal.aborted) throw new SecretsError('INTERRUPTED', 'Interrupted.')
    const job: Job = {
      command: options.command,
      chosen: wanted,
      environment,
      mount: rewrite,
      watching: watching(given, wanted),
      note: given.note,
    }
    return await supervise(job, held, { programs, clock, relay, guard })
  } catch (error) {
    throw NotStarted.from(options.command[0], error) ?? error
  } finally {
    for (const step of cleanUp) await step()
    guard.dismiss()
    relay.close()
  }
}

function watching({ options, read, watch }: Launch, wanted: readonly Chosen[]): Job['watching'] {
  // Where every variable was kept, there is nothing of ours to watch.
  if (options.watch === null || wanted.length === 0) return null
  return {
    ...options.watch,
    read: (each, until) => read(each, `${options.reason}, rotated`, until),
    watch: watch(options.watch.intervalMs),
  }
}

function isNamed(chosen: Chosen, names: Names): boolean {
  if (names.form === 'mm-python') return true
  return names.assignments.some((each) => each.chosen.label === chosen.label)
}
