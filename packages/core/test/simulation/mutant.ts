import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subject } from './subject.ts'
import { loadSubject } from './subject.ts'

/** The protocol without one of its rules: a change of the source by text. */
export interface Mutant {
  /** The rule that is taken away. */
  readonly rule: string
  /** In `backend/paired/`. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly from: string
  readonly to: string
  /** Where the simulation sees it. */
  readonly caught: Hunt
}

/** A scenario to explore in full, or random schedules of it. */
interface Hunt {
  readonly scenario: string
  readonly members?: 2 | 3
  /** @default 0 */
  readonly twists?: number
}

/**
 * Loads a mutant: a copy of the source with the one change, in a folder of its own.
 *
 * @param source core's `src`
 * @throws Error where the text that is to be changed is not there exactly once: the mutant must follow the code
 */
export async function withMutant<T>(
  source: string,
  { rule, file, from, to }: Pick<Mutant, 'rule' | 'file' | 'from' | 'to'>,
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'mm-mutant-'))
  try {
    await cp(source, folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    const path = join(folder, 'backend', 'paired', file)
    const text = await readFile(path, 'utf8')
    const parts = text.split(from)
    if (parts.length !== 2) {
      throw new Error(`"${rule}" is ${parts.length - 1} times in ${file}, not once: ${from}`)
    }
    await writeFile(path, parts.join(to))
    return await use(await loadSubject(folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
