import type { Instant, SecretStore, VersionId } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { checkName } from './check.ts'
import { instant } from './describe.ts'
import { entriesOf, isPlain } from './form.ts'

const PAGE = 100

/** The guide's policy for reading has no ListSecretVersionIds: then ages of foreign versions are not known. */
export function datesOf(aws: SecretsManager): SecretStore['dates'] {
  return async (name, call) => {
    checkName(name)
    const question = { operation: 'ListSecretVersionIds', name } as const
    const dates = new Map<VersionId, Instant>()
    let token: string | undefined
    do {
      const input = {
        SecretId: name,
        MaxResults: PAGE,
        ...(token === undefined ? {} : { NextToken: token }),
      }
      const reply = await aws.ask(
        {
          ...question,
          send: (client, sdk, abortSignal) =>
            client.send(new sdk.ListSecretVersionIdsCommand(input), { abortSignal }),
        },
        call,
      )
      if (reply.failure?.name === 'AccessDeniedException') return null
      if (reply.failure?.name === 'ResourceNotFoundException') return dates
      if (reply.failure !== null) throw await aws.refuse(reply.failure, question)
      for (const { VersionId: id, CreatedDate } of entriesOf(reply.output.Versions)) {
        const createdAt = instant(CreatedDate)
        if (isPlain(id) && createdAt !== null && !Number.isNaN(createdAt))
          dates.set(id as VersionId, createdAt)
      }
      token = reply.output.NextToken
    } while (token !== undefined && token !== '')
    return dates
  }
}
