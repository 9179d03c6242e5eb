import { posix, win32 } from 'node:path'
import { SecretsError } from '../errors/secrets-error.ts'
import { didYouMean } from '../errors/suggestion.ts'
import type { Env } from '../runtime/deps.ts'

/**
 * A variable that is set, parsed.
 *
 * An empty variable is set: `MM_ENV=` in a script is a forgotten value, not a wish for the default.
 *
 * @param parse refuses a text by throwing a SecretsError whose hint says what is allowed
 * @returns null where the variable is not set
 * @throws CONFIG naming the variable, never its content
 */
export function readVariable<T>(env: Env, name: string, parse: (text: string) => T): T | null {
  const text = env[name]
  if (text === undefined) return null
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error
    throw text === ''
      ? new SecretsError('CONFIG', `${name} is empty.`, {
          hint: `Unset it, or give it a value. ${error.hint ?? ''}`.trimEnd(),
        })
      : new SecretsError('CONFIG', `${name} is malformed. ${error.message}`, {
          hint: error.hint ?? `Unset ${name} or correct it.`,
        })
  }
}

/**
 * One of a few known words.
 *
 * @param field what the word is, for the message: 'backend'
 * @throws USAGE with a suggestion
 */
export function parseWord<Word extends string>(
  field: string,
  text: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === text)
  if (found !== undefined) return found
  // What was given is not repeated: a value may have been put in the wrong place.
  throw new SecretsError('USAGE', `Unknown ${field}.${didYouMean(text, words)}`, {
    hint: `The ${field} is one of ${words.join(', ')}.`,
  })
}

/**
 * A path that means the same wherever the process was started, without a trailing separator.
 *
 * @param platform as `process.platform` names it
 * @throws USAGE for a relative path
 */
export function parseAbsolutePath(text: string, platform: string): string {
  const path = platform === 'win32' ? win32 : posix
  if (path.isAbsolute(text)) return path.resolve(text)
  throw new SecretsError('USAGE', 'It is not an absolute path.', {
    hint: `Give the whole path, from ${platform === 'win32' ? 'the drive' : 'the root /'} on.`,
  })
}
