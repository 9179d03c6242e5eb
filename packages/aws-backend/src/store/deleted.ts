import type { Call, Instant, SecretName, SecretStore } from '@mm-secrets/core'
import { SecretsError, commandLine, parseSecretName } from '@mm-secrets/core'

/** Says until when the secret can be restored, as far as that can be learnt, and how. */
export async function refuseDeleted(
  describe: SecretStore['describe'],
  name: SecretName,
  call: Call,
): Promise<SecretsError> {
  const found = await describe(name, call).catch(() => null)
  return deleted(name, found?.deletedUntil ?? null)
}

/** @param until null: not known */
function deleted(name: SecretName, until: Instant | null): SecretsError {
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
