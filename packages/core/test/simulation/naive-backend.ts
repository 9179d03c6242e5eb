import type { SecretStore } from '../../src/backend/paired/secret-store.ts'
import type { Backend, CredentialState, Pending } from '../../src/backend/port.ts'
import type { Credential, WholeMembers } from '../../src/credential/credential.ts'
import { isWhole, memberEntries } from '../../src/credential/credential.ts'
import { KEY_TYPES } from '../../src/credential/exchange.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { secretName } from '../../src/credential/name.ts'
import { newMetadata } from '../../src/credential/metadata.ts'
import type { Call } from '../../src/runtime/call.ts'

/**
 * What everyone writes first: each member is put as AWSCURRENT, each is read as AWSCURRENT. It tears. It is here to
 * show that the simulation sees a tear.
 */
export function naiveBackend(store: SecretStore): Backend {
  async function describe(ref: CredentialRef, call: Call): Promise<CredentialState | null> {
    const anchor = await store.describe(secretName(ref, 'api_key'), call)
    if (anchor === null || anchor.versions.length === 0) return null
    const find = (stage: 'AWSCURRENT' | 'AWSPREVIOUS'): CredentialState['current'] =>
      anchor.versions.find(({ labels }) => labels.includes(stage))?.id ?? null
    const versions = anchor.versions.map(({ id }) => ({
      id,
      stages: [],
      ours: true,
      frozen: false,
      metadata: newMetadata(null),
    }))
    return {
      ref,
      layout: 'pair',
      condition: 'whole',
      missing: [],
      current: find('AWSCURRENT'),
      previous: find('AWSPREVIOUS'),
      versions,
      pending: [],
      deletedUntil: null,
      asWritten: null,
      arns: {},
    }
  }

  async function read(ref: CredentialRef, call: Call): Promise<Credential | null> {
    const found = await Promise.all(
      KEY_TYPES[ref.exchange].map(async (keyType) => {
        const secret = await store.get(secretName(ref, keyType), { label: 'AWSCURRENT' }, call)
        return [keyType, secret] as const
      }),
    )
    const versionId = found[0]?.[1]?.id
    const members = Object.fromEntries(
      found.flatMap(([keyType, secret]) => (secret === null ? [] : [[keyType, secret.value]])),
    ) as Partial<WholeMembers>
    if (versionId === undefined || !isWhole(ref.exchange, members)) return null
    return { ref, versionId, createdAt: null, layout: 'pair', paired: true, members }
  }

  const refuse = (): never => {
    throw new Error('The naive backend cannot do this.')
  }
  return {
    read: (ref, _which, call) => read(ref, call),
    describe,
    list: refuse,
    putPending: async (ref, base, draft, call): Promise<Pending> => {
      for (const [keyType, value] of memberEntries(ref.exchange, draft.values).toReversed()) {
        const name = secretName(ref, keyType)
        await store.create(name, {}, call)
        await store.put(name, { id: draft.versionId, value, labels: ['AWSCURRENT'] }, call)
      }
      const { versionId } = draft
      return { versionId, base: base?.current ?? null, copyOf: null, missing: [], phase: 'live' }
    },
    commit: async (ref, _pending, call) => (await describe(ref, call)) ?? refuse(),
    discard: refuse,
    annotate: refuse,
    freeze: refuse,
    migrate: refuse,
    delete: refuse,
    restore: refuse,
  }
}
