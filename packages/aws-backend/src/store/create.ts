import type { SecretStore } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { checkName } from './check.ts'
import { refuseDeleted } from './deleted.ts'

export interface NewSecrets {
  /** Id, ARN or alias of the KMS key; null: the account's own key for Secrets Manager. */
  readonly kmsKey: string | null
  /** Put on every secret that is created. */
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Without a value a secret has no version. One that is there is fine: somebody was first, or the reply to our own
 * attempt was lost.
 */
export function creator(
  aws: SecretsManager,
  newSecrets: NewSecrets,
  describe: SecretStore['describe'],
): SecretStore['create'] {
  return async (name, tags, call) => {
    checkName(name)
    const question = { operation: 'CreateSecret', name } as const
    const input = {
      Name: name,
      ...(newSecrets.kmsKey === null ? {} : { KmsKeyId: newSecrets.kmsKey }),
      Tags: Object.entries({ ...newSecrets.tags, ...tags }).map(([Key, Value]) => ({ Key, Value })),
    }
    const { failure } = await aws.ask(
      {
        ...question,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.CreateSecretCommand(input), { abortSignal }),
      },
      call,
    )
    if (failure === null) return true
    if (failure.tells === 'deleted') throw await refuseDeleted(describe, name, call)
    if (failure.name === 'ResourceExistsException') return false
    throw await aws.refuse(failure, question)
  }
}
