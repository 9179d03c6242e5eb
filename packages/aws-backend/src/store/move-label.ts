import type { SecretStore } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import type { Failure } from '../errors/failure.ts'
import { checkName } from './check.ts'
import { refuseDeleted } from './deleted.ts'

/**
 * AWS moves a label only from the version that the request names, which makes it a compare-and-swap:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 *
 * Sent once. A throttled request was refused at the door and one that found no connection was not sent: both go again.
 * After a 5xx, a reset or silence it may have been done, and a repetition would be refused for the very reason that it
 * was: so these are `unknown`, for the caller to look.
 */
export function labelMover(
  aws: SecretsManager,
  describe: SecretStore['describe'],
): SecretStore['moveLabel'] {
  return async (name, label, from, to, call) => {
    checkName(name)
    const question = { operation: 'UpdateSecretVersionStage', name } as const
    const input = {
      SecretId: name,
      VersionStage: label,
      ...(from === null ? {} : { RemoveFromVersionId: from }),
      ...(to === null ? {} : { MoveToVersionId: to }),
    }
    const { failure } = await aws.ask(
      {
        ...question,
        once: true,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.UpdateSecretVersionStageCommand(input), { abortSignal }),
      },
      call,
    )
    if (failure === null) return 'moved'
    if (failure.kind === 'broken' || failure.kind === 'lost') return 'unknown'
    if (failure.tells === 'deleted') throw await refuseDeleted(describe, name, call)
    if (isAboutTheLabel(failure)) return 'refused'
    throw await aws.refuse(failure, question)
  }
}

/**
 * The label sits elsewhere or nowhere, or there is no such version. Secrets and versions are told apart by the text
 * alone, and a secret that is gone has no label either.
 */
function isAboutTheLabel(failure: Failure): boolean {
  return [
    'InvalidParameterException',
    'InvalidRequestException',
    'ResourceNotFoundException',
  ].includes(failure.name)
}
