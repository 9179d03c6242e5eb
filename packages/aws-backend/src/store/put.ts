import type { Label, SecretStore, VersionId } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { stranger } from '../errors/refuse.ts'
import { checkName, checkValue } from './check.ts'
import { refuseDeleted } from './deleted.ts'
import { areTexts } from './form.ts'

/**
 * The token of the request becomes the id of the version, so that sending it again after a lost reply changes nothing:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html, ClientRequestToken
 */
export function putter(aws: SecretsManager, describe: SecretStore['describe']): SecretStore['put'] {
  return async (name, { id, value, labels }, call) => {
    checkName(name)
    checkValue(name, value)
    checkLabels(labels)
    const question = { operation: 'PutSecretValue', name } as const
    const reply = await aws.ask(
      {
        ...question,
        values: [value],
        send: (client, sdk, abortSignal) =>
          client.send(
            new sdk.PutSecretValueCommand({
              SecretId: name,
              ClientRequestToken: id,
              SecretString: value.reveal(),
              VersionStages: [...labels],
            }),
            { abortSignal },
          ),
      },
      call,
    )
    if (reply.failure !== null) {
      if (reply.failure.tells === 'deleted') throw await refuseDeleted(describe, name, call)
      if (reply.failure.name === 'ResourceExistsException') throw otherValue(name, id)
      throw await aws.refuse(reply.failure, question)
    }
    const { VersionId: written, VersionStages = [] } = reply.output
    if (written !== id || !areTexts(VersionStages)) throw stranger(null, await aws.about(question))
    return { id, labels: VersionStages as Label[], createdAt: null }
  }
}

/** Without a label AWS would make the version current. */
function checkLabels(labels: readonly Label[]): void {
  if (labels.length > 0) return
  throw new SecretsError('USAGE', 'A version is written with a label.', {
    hint: 'Without one AWS would move AWSCURRENT to it.',
  })
}

function otherValue(name: string, id: VersionId): SecretsError {
  return new SecretsError('CONFLICT', `Version ${id} of ${name} holds another value already.`, {
    hint: 'Start anew with a version of its own: discard the pending one, then save again.',
  })
}
