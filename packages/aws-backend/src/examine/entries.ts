import type { DescribeSecretCommandOutput, SecretListEntry } from '@aws-sdk/client-secrets-manager'
import type { Call, Instant, SecretName } from '@mm-secrets/core'
import { EXCHANGES, credentialRef, secretName } from '@mm-secrets/core'
import type { Failure } from '../errors/failure.ts'
import { stranger } from '../errors/refuse.ts'
import { entriesOf, isPlain, isSaidSecret } from '../store/form.ts'
import type { Patient } from './patient.ts'

/** A secret as its metadata shows it. */
export interface Entry {
  readonly name: SecretName
  /** The labels of each version. */
  readonly versions: Readonly<Record<string, readonly string[]>>
  readonly tagCount: number
  readonly deletedUntil: Instant | null
  /** Whether AWS rotates it by a function. */
  readonly rotated: boolean
  /** As AWS names it; null: the account's own key for Secrets Manager. */
  readonly kmsKey: string | null
}

export interface Entries {
  readonly found: readonly Entry[]
  /** false: the conventional names were asked for one by one, since nobody may list. */
  readonly listed: boolean
  /** How many conventional names are missing or forbidden, which reads the same. */
  readonly forbidden: number
}

/**
 * The metadata of all secrets of an environment.
 *
 * @throws SecretsError where the store does not answer
 */
export async function findEntries(patient: Patient, call: Call): Promise<Entries> {
  return (await listEntries(patient, call)) ?? describeEntries(patient, call)
}

export function isDenied(failure: Failure): boolean {
  return failure.name === 'AccessDeniedException' || failure.name === 'AccessDenied'
}

/** @returns null where listing is denied */
async function listEntries({ aws, env, namespace }: Patient, call: Call): Promise<Entries | null> {
  const prefix = `${namespace}/${env}/`
  const question = { operation: 'ListSecrets', name: null } as const
  const found: Entry[] = []
  let token: string | undefined
  do {
    const input = {
      MaxResults: 100,
      IncludePlannedDeletion: true,
      Filters: [{ Key: 'name' as const, Values: [prefix] }],
      ...(token === undefined ? {} : { NextToken: token }),
    }
    const { failure, output } = await aws.ask(
      {
        ...question,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.ListSecretsCommand(input), { abortSignal }),
      },
      call,
    )
    if (failure !== null && isDenied(failure)) return null
    if (failure !== null) throw await aws.refuse(failure, question)
    for (const entry of entriesOf(output.SecretList)) {
      if (!isPlain(entry.Name) || !entry.Name.startsWith(prefix)) continue
      if (!isSaidSecret(entry)) throw stranger(null, await aws.about(question))
      found.push(entryOf(entry.Name, entry, entry.SecretVersionsToStages))
    }
    token = output.NextToken
  } while (token !== undefined && token !== '')
  return { found, listed: true, forbidden: 0 }
}

async function describeEntries(patient: Patient, call: Call): Promise<Entries> {
  const answers = await Promise.all(
    conventionalNames(patient).map((name) => describeEntry(patient, name, call)),
  )
  return {
    found: answers.filter((answer) => answer !== null && answer !== 'forbidden'),
    listed: false,
    forbidden: answers.filter((answer) => answer === 'forbidden').length,
  }
}

function conventionalNames({ env, namespace }: Patient): readonly SecretName[] {
  return EXCHANGES.flatMap((exchange) => {
    const ref = credentialRef({ env, exchange, namespace })
    return [secretName(ref, 'api_key'), secretName(ref, 'json')]
  })
}

async function describeEntry(
  { aws }: Patient,
  name: SecretName,
  call: Call,
): Promise<Entry | 'forbidden' | null> {
  const question = { operation: 'DescribeSecret', name } as const
  const { failure, output } = await aws.ask(
    {
      ...question,
      send: (client, sdk, abortSignal) =>
        client.send(new sdk.DescribeSecretCommand({ SecretId: name }), { abortSignal }),
    },
    call,
  )
  if (failure?.name === 'ResourceNotFoundException') return null
  if (failure !== null && isDenied(failure)) return 'forbidden'
  if (failure !== null) throw await aws.refuse(failure, question)
  if (!isSaidSecret({ ...output, SecretVersionsToStages: output.VersionIdsToStages })) {
    throw stranger(null, await aws.about(question))
  }
  return entryOf(name, output, output.VersionIdsToStages)
}

function entryOf(
  name: string,
  said: Pick<
    SecretListEntry & DescribeSecretCommandOutput,
    'DeletedDate' | 'KmsKeyId' | 'RotationEnabled' | 'Tags'
  >,
  versions: Entry['versions'] | undefined,
): Entry {
  return {
    name: name as SecretName,
    versions: versions ?? {},
    tagCount: said.Tags?.length ?? 0,
    deletedUntil: said.DeletedDate?.getTime() ?? null,
    rotated: said.RotationEnabled === true,
    kmsKey: said.KmsKeyId ?? null,
  }
}
