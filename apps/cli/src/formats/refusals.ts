import { SecretsError } from '@mm-secrets/core'
import type { Place } from './found.ts'

/** @param problem says which line; never what stands there */
export function unreadable(problem: string, hint = 'Nothing was written.'): SecretsError {
  return new SecretsError('INVALID_VALUE', `The file ${problem}.`, { hint })
}

/**
 * Refuses a name that the file gives twice: which of the two counts differs from reader to reader.
 *
 * @throws INVALID_VALUE naming the lines
 */
export function refuseTwice(places: readonly Place[]): void {
  const seen = new Map<string, number>()
  for (const { line, name } of places) {
    const first = seen.get(name)
    if (first !== undefined) {
      throw unreadable(
        `has ${name} twice, on lines ${first} and ${line}`,
        'Remove the one that no longer counts.',
      )
    }
    seen.set(name, line)
  }
}
