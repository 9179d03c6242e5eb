import type { Clock, SecretStore } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { checkName } from './check.ts'
import { instant } from './describe.ts'

const DAY_MS = 24 * 60 * 60_000

/**
 * Asks first, so that a secret that is deleted already keeps its date; after a lost reply the repetition is refused,
 * and the date is asked for again.
 */
export function deleter(
  aws: SecretsManager,
  describe: SecretStore['describe'],
  clock: Clock,
): SecretStore['delete'] {
  return async (name, recoveryDays, call) => {
    checkName(name)
    const before = (await describe(name, call))?.deletedUntil
    if (before != null) return before
    const question = { operation: 'DeleteSecret', name } as const
    const reply = await aws.ask(
      {
        ...question,
        send: (client, sdk, abortSignal) =>
          client.send(
            new sdk.DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: recoveryDays }),
            { abortSignal },
          ),
      },
      call,
    )
    if (reply.failure !== null && reply.failure.tells !== 'deleted') {
      throw await aws.refuse(reply.failure, question)
    }
    const until = instant(reply.output?.DeletionDate) ?? (await describe(name, call))?.deletedUntil
    // A description may still be that of a moment ago.
    return until ?? clock.now() + recoveryDays * DAY_MS
  }
}

/** One that is not deleted stays as it is, also where AWS would refuse to restore it. */
export function restorer(
  aws: SecretsManager,
  describe: SecretStore['describe'],
): SecretStore['restore'] {
  return async (name, call) => {
    checkName(name)
    const question = { operation: 'RestoreSecret', name } as const
    const { failure } = await aws.ask(
      {
        ...question,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.RestoreSecretCommand({ SecretId: name }), { abortSignal }),
      },
      call,
    )
    if (failure === null) return
    const isLive =
      ['InvalidParameterException', 'InvalidRequestException'].includes(failure.name) &&
      (await describe(name, call))?.deletedUntil === null
    if (!isLive) throw await aws.refuse(failure, question)
  }
}
