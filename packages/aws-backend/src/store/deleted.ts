import type { Call, Instant, SecretName } from '@mm-secrets/core'
import { SecretsError, commandLine, parseSecretName } from '@mm-secrets/core'

/** @param until null: not known */
export function deleted(name: SecretName, until: Instant | null): SecretsError {
  const window = until === null ? '' : `; until ${new Date(until).toISOString()} it can be restored`
  const ref = parseSecretName(name)?.ref
  const command =
    ref === undefined
      ? `aws secretsmanager restore-secret --secret-id ${name}`
      : commandLine('restore', ref)
  return new SecretsError('CONFLICT', `${name} is scheduled for deletion${window}.`, {
    hint: `Restore it first: ${command}`,
  })
}

/** Asks until when a secret can be restored; what cannot be learnt is left out of the error. */
export async function deletedUntil(
  describe: (
    name: SecretName,
    call: Call,
  ) => Promise<{ readonly deletedUntil: Instant | null } | null>,
  name: SecretName,
  call: Call,
): Promise<SecretsError> {
  const found = await describe(name, call).catch(() => null)
  return deleted(name, found?.deletedUntil ?? null)
}
