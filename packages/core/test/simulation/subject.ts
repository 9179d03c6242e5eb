import { pathToFileURL } from 'node:url'
import type { SecretStore } from '../../src/backend/paired/secret-store.ts'
import type { Backend } from '../../src/backend/port.ts'
import type { Redacted } from '../../src/credential/redacted.ts'
import type { SecretsError } from '../../src/errors/secrets-error.ts'
import type { discard, resume } from '../../src/rotation/recover.ts'
import type { write } from '../../src/rotation/write.ts'
import type { Deps } from '../../src/runtime/deps.ts'

/** The code under simulation: the project's own, or a mutated copy of it with classes of its own. */
export interface Subject {
  readonly pairedBackend: (store: SecretStore, deps: Pick<Deps, 'clock' | 'warn'>) => Backend
  readonly write: typeof write
  readonly resume: typeof resume
  readonly discard: typeof discard
  readonly Redacted: typeof Redacted
  readonly SecretsError: typeof SecretsError
}

/**
 * Loads the code from a source folder of core.
 *
 * @param folder absolute, holding `backend/`, `rotation/` and so on
 */
export async function loadSubject(folder: string): Promise<Subject> {
  const load = async (path: string): Promise<object> =>
    (await import(pathToFileURL(`${folder}/${path}`).href)) as object
  const modules = await Promise.all(
    [
      'backend/paired/paired-backend.ts',
      'rotation/write.ts',
      'rotation/recover.ts',
      'credential/redacted.ts',
      'errors/secrets-error.ts',
    ].map(load),
  )
  return Object.assign({}, ...modules) as Subject
}
