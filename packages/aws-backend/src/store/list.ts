import type { ListSecretsCommandInput } from '@aws-sdk/client-secrets-manager'
import type { SecretDescription, SecretName, SecretStore } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { stranger } from '../errors/refuse.ts'
import { description } from './describe.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html, MaxResults */
const PAGE = 100

/** A page is asked for only when the one before has been taken. A page may be empty and not the last. */
export function lister(aws: SecretsManager): SecretStore['list'] {
  const question = { operation: 'ListSecrets', name: null } as const
  return async function* list(prefix, call) {
    let token: string | undefined
    do {
      const input = pageOf(prefix, token)
      const { SecretList, NextToken } = await aws.demand(
        {
          ...question,
          send: (client, sdk, abortSignal) =>
            client.send(new sdk.ListSecretsCommand(input), { abortSignal }),
        },
        call,
      )
      if (SecretList === undefined) throw stranger(null, await aws.about(question))
      const page = SecretList.flatMap((entry): SecretDescription[] =>
        entry.Name?.startsWith(prefix) === true
          ? [description(entry.Name as SecretName, entry)]
          : [],
      )
      if (page.length > 0) yield page
      token = NextToken
    } while (token !== undefined && token !== '')
  }
}

/** The filter matches the beginning of names, with regard to case. */
function pageOf(prefix: string, token: string | undefined): ListSecretsCommandInput {
  return {
    MaxResults: PAGE,
    IncludePlannedDeletion: true,
    ...(prefix === '' ? {} : { Filters: [{ Key: 'name', Values: [prefix] }] }),
    ...(token === undefined ? {} : { NextToken: token }),
  }
}
