import { SecretsError } from '../../src/errors/secrets-error.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'
import type { Env } from '../../src/runtime/deps.ts'
import type { Settings } from '../../src/settings/settings.ts'

/** The settings of a process on Linux with these variables, and this `config.json`. */
export function settingsFor(env: Env, config: unknown = {}): Settings {
  return parseSettings({ HOME: '/home/desk', ...env }, config, 'linux')
}

/** What a call is refused with; fails the test where it is not. */
export function thrownBy(work: () => unknown): SecretsError {
  try {
    work()
  } catch (error) {
    if (error instanceof SecretsError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

/** A value as the exchanges issue them, which no scanner finds in this file. */
export function freshKey(letters = 'Kq7vT2mZx9sLw4NbYc'): string {
  return [...letters].reverse().join('')
}
