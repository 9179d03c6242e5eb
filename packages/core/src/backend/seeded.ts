import { formatRef } from '../credential/name.ts'
import type { Backend, CredentialReader } from './port.ts'

/**
 * A backend that lets the environment's exchange variables answer for `dev` where it has nothing: a bot that exports
 * BYBIT_API_KEY and BYBIT_API_SECRET works before anything was saved.
 *
 * @param seed what the variables hold
 * @param warn takes one line each time the variables answered
 */
export function seededBackend(
  backend: Backend,
  seed: Pick<CredentialReader, 'read'>,
  warn: (line: string) => void,
): Backend {
  return {
    ...backend,
    async read(ref, which, call) {
      const stored = await backend.read(ref, which, call)
      if (stored !== null || ref.env !== 'dev') return stored
      const found = await seed.read(ref, which, call)
      if (found !== null) {
        warn(`${formatRef(ref)} is not stored; its values come from environment variables.`)
      }
      return found
    },
  }
}
