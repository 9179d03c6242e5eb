import { setTimeout as sleep } from 'node:timers/promises'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { CredentialRef, KeyType, Members } from '@mm-secrets/core'
import { KEY_TYPES, secretName } from '@mm-secrets/core'
import { awsBackend } from '../../src/index.ts'
import { newMembers, save } from '../guide/guide-server.ts'
import { REGION, call, optionsFor } from '../stores.ts'

const READERS = 8

/** What lies between two requests of a script that goes over a network. */
const NETWORK_MS = 5

/** What readers were given while a credential was rotated. */
export interface Watched {
  readonly rotations: number
  /** By our readers: how many reads, and how many gave members of two versions. */
  readonly ours: Reads
  /** By one that asks for each member's AWSCURRENT in turn, as a script does. */
  readonly naive: Reads
}

interface Reads {
  readonly reads: number
  readonly torn: number
}

type Values = Readonly<Partial<Record<KeyType, string>>>

/**
 * Rotates a credential so often, with eight readers beside it and a naive one.
 *
 * @param pauseMs between two reads of a reader, so that the server has time left for whoever rotates
 */
export async function watchRotations(
  url: string,
  ref: CredentialRef,
  rotations: number,
  pauseMs: number,
): Promise<Watched> {
  const open = () => awsBackend({ ...optionsFor(url), warn: () => undefined })
  const writer = open()
  /** Which version each value was written with. */
  const versions = new Map<string, number>()
  const rotate = async (count: number): Promise<void> => {
    const members = newMembers(ref)
    for (const keyType of KEY_TYPES[ref.exchange]) {
      versions.set(members[keyType]?.reveal() ?? '', count)
    }
    await save(writer, ref, members)
  }
  const isTorn = (values: Values): boolean =>
    new Set(KEY_TYPES[ref.exchange].map((keyType) => versions.get(values[keyType] ?? ''))).size > 1

  await rotate(0)
  const done = new AbortController()
  const ours = Array.from({ length: READERS }, () => {
    const reader = open()
    return watch(done.signal, pauseMs, isTorn, async () => {
      const found = await reader.read(ref, { stage: 'AWSCURRENT' }, call())
      const members: Members = found?.members ?? {}
      const values: Partial<Record<KeyType, string>> = {}
      for (const keyType of KEY_TYPES[ref.exchange]) {
        values[keyType] = members[keyType]?.reveal() ?? ''
      }
      return values
    })
  })
  const client = naiveClient(url)
  const naive = watch(done.signal, pauseMs, isTorn, () => readNaively(client, ref))
  for (let count = 1; count <= rotations; count++) await rotate(count)
  done.abort()
  const ends = await Promise.all(ours)
  client.destroy()
  return { rotations, ours: sum(ends), naive: await naive }
}

async function watch(
  done: AbortSignal,
  pauseMs: number,
  isTorn: (values: Values) => boolean,
  read: () => Promise<Values>,
): Promise<Reads> {
  let [reads, torn] = [0, 0]
  while (!done.aborted) {
    if (isTorn(await read())) torn++
    reads++
    await sleep(pauseMs)
  }
  return { reads, torn }
}

function naiveClient(endpoint: string): SecretsManagerClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  return new SecretsManagerClient({ endpoint, region: REGION, credentials })
}

async function readNaively(client: SecretsManagerClient, ref: CredentialRef): Promise<Values> {
  const values: Partial<Record<KeyType, string>> = {}
  for (const keyType of KEY_TYPES[ref.exchange]) {
    const asked = { SecretId: secretName(ref, keyType), VersionStage: 'AWSCURRENT' }
    const { SecretString } = await client.send(new GetSecretValueCommand(asked))
    values[keyType] = SecretString ?? ''
    await sleep(NETWORK_MS)
  }
  return values
}

function sum(all: readonly Reads[]): Reads {
  return all.reduce((a, b) => ({ reads: a.reads + b.reads, torn: a.torn + b.torn }), {
    reads: 0,
    torn: 0,
  })
}
