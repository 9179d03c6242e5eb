import type { ListSecretsCommandInput, SecretListEntry } from '@aws-sdk/client-secrets-manager'
import type { Call, SecretDescription, SecretName, SecretStore } from '@mm-secrets/core'
import { errorCode } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { stranger } from '../errors/refuse.ts'
import { description } from './describe.ts'
import { isSaidSecret } from './form.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html, MaxResults */
const PAGE = 100

/** A page is asked for only when the one before has been taken. A page may be empty and not the last. */
export function lister(
  aws: SecretsManager,
  describe: SecretStore['describe'],
): SecretStore['list'] {
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
      if (!Array.isArray(SecretList) || !SecretList.every(isEntry)) {
        throw stranger(null, await aws.about(question))
      }
      const entries = SecretList.filter(({ Name }) => Name?.startsWith(prefix))
      const page = await Promise.all(entries.map((entry) => listed(entry, describe, call)))
      const found = page.filter((secret) => secret !== null)
      if (found.length > 0) yield found
      token = NextToken
    } while (token !== undefined && token !== '')
  }
}

/** A secret without a name is passed over; AWS gives none. */
function isEntry(entry: SecretListEntry | null): boolean {
  if (entry === null) return false
  return ['string', 'undefined'].includes(typeof entry.Name) && isSaidSecret(entry)
}

/**
 * Of a deleted secret ListSecrets says when it was deleted, not until when it can be restored: the description knows.
 * Where that is forbidden, the earlier date stands.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html, DeletedDate
 */
async function listed(
  entry: SecretListEntry,
  describe: SecretStore['describe'],
  call: Call,
): Promise<SecretDescription | null> {
  const said = description((entry.Name ?? '') as SecretName, entry)
  if (said.deletedUntil === null) return said
  return describe(said.name, call).catch((error: unknown) => {
    if (errorCode(error) === 'DENIED' || errorCode(error) === 'USAGE') return said
    throw error
  })
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
