import type { Call, SecretName } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import type { Failure } from '../errors/failure.ts'
import { entriesOf } from './form.ts'
import type { StoredValue } from './stored-value.ts'
import { storedValue } from './stored-value.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html, SecretIdList */
export const BATCH_SIZE = 20

const CURRENT = { label: 'AWSCURRENT' } as const

/** What a batch answered; a name that it does not hold is to be asked for by itself. */
type Batch = ReadonlyMap<SecretName, StoredValue | null>

export interface BatchReply {
  readonly found: Batch
  /** Why the batch as a whole was not answered. */
  readonly failure: Failure | null
}

/**
 * Up to twenty secrets' AWSCURRENT in one request. Of the errors for single secrets only "not there" is taken as it is:
 * a denial may be one of the batch alone (a condition on the stage, which a batch does not say), and all others are to
 * be reported, or tried again, for that name.
 */
export async function getBatch(
  aws: SecretsManager,
  names: readonly SecretName[],
  call: Call,
): Promise<BatchReply> {
  const found = new Map<SecretName, StoredValue | null>()
  const reply = await aws.ask(
    {
      operation: 'BatchGetSecretValue',
      name: null,
      send: (client, sdk, abortSignal) =>
        client.send(new sdk.BatchGetSecretValueCommand({ SecretIdList: [...names] }), {
          abortSignal,
        }),
    },
    call,
  )
  if (reply.failure !== null) return { found, failure: reply.failure }
  const wanted = new Set<string>(names)
  for (const said of entriesOf(reply.output.SecretValues)) {
    if (said.Name === undefined || !wanted.has(said.Name) || said.SecretString === undefined)
      continue
    const name = said.Name as SecretName
    const value = storedValue(name, CURRENT, said)
    if (value !== null) found.set(name, value)
  }
  for (const { SecretId, ErrorCode } of entriesOf(reply.output.Errors)) {
    if (
      SecretId !== undefined &&
      wanted.has(SecretId) &&
      ErrorCode === 'ResourceNotFoundException'
    ) {
      found.set(SecretId as SecretName, null)
    }
  }
  return { found, failure: null }
}
