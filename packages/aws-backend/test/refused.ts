import { SecretsError } from '@mm-secrets/core'

/** The error that an attempt is refused with. */
export async function refused(attempt: Promise<unknown>): Promise<SecretsError> {
  const outcome = await attempt.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  )
  if (outcome instanceof SecretsError) return outcome
  throw new Error('Not refused by a SecretsError.', { cause: outcome })
}
