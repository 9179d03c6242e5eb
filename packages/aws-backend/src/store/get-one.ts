import type { Call, SecretName, VersionChoice } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { stranger } from '../errors/refuse.ts'
import type { StoredValue } from './stored-value.ts'
import { storedValue } from './stored-value.ts'

/**
 * One GetSecretValue. Stage or version id are always said: policies with a condition on secretsmanager:VersionStage
 * deny what says neither. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
 *
 * @returns null where secret or version are not there, and for a deleted secret
 */
export async function getOne(
  aws: SecretsManager,
  name: SecretName,
  which: VersionChoice,
  call: Call,
): Promise<StoredValue | null> {
  const question = { operation: 'GetSecretValue', name } as const
  const input =
    'label' in which
      ? { SecretId: name, VersionStage: which.label }
      : { SecretId: name, VersionId: which.versionId }
  const reply = await aws.ask(
    {
      ...question,
      send: (client, sdk, abortSignal) =>
        client.send(new sdk.GetSecretValueCommand(input), { abortSignal }),
    },
    call,
  )
  if (reply.failure !== null) {
    const { failure } = reply
    if (failure.name === 'ResourceNotFoundException' || failure.tells === 'deleted') return null
    throw await aws.refuse(failure, question)
  }
  const found = storedValue(name, which, reply.output)
  if (found === null) throw stranger(null, await aws.about(question))
  return found
}
