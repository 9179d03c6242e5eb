import type {
  Backend,
  Clock,
  CredentialRef,
  CredentialState,
  KeyType,
  Layout,
  Members,
  VersionId,
} from '@mm-secrets/core'
import { newCall, secretName } from '@mm-secrets/core'
import { newMembers } from '../guide/guide-server.ts'
import { newId } from '../stores.ts'
import type { Ledger, Write } from './ledger.ts'

/** One process, which knows nothing of the others. */
export interface Process {
  readonly backend: Backend
  readonly clock: Clock
  readonly ledger: Ledger
}

const CURRENT = { stage: 'AWSCURRENT' } as const

const NO_METADATA = {
  createdAt: null,
  fingerprints: {},
  site: null,
  expiresAt: null,
  exposedAt: null,
  revokedAt: null,
  copyOf: null,
} as const

export async function read({ backend, clock, ledger }: Process, ref: CredentialRef): Promise<void> {
  await ledger.operation('read', ref, async (from) => {
    ledger.given(ref, await backend.read(ref, CURRENT, newCall(clock)), from)
  })
}

export async function describe(
  { backend, clock, ledger }: Process,
  ref: CredentialRef,
): Promise<void> {
  await ledger.operation('describe', ref, async (from) => {
    const state = await backend.describe(ref, newCall(clock))
    ledger.shown(ref, state?.current ?? null, from)
  })
}

/** Every credential of an environment, each of which must be there once. */
export async function list(
  { backend, clock, ledger }: Process,
  refs: readonly CredentialRef[],
): Promise<void> {
  const [first] = refs
  if (first === undefined) return
  await ledger.operation('list', first, async (from) => {
    const seen = new Map<string, CredentialState>()
    const filter = { namespace: first.namespace, envs: [first.env] }
    for await (const page of backend.list(filter, newCall(clock))) {
      for (const state of page) {
        const key = secretName(state.ref, 'api_key')
        if (seen.has(key)) ledger.violation(`${key} was listed twice`)
        seen.set(key, state)
      }
    }
    for (const ref of refs) {
      const state = seen.get(secretName(ref, 'api_key'))
      if (state === undefined) ledger.violation(`${secretName(ref, 'api_key')} was not listed`)
      else ledger.shown(ref, state.current, from)
    }
  })
}

/** A new whole version of what is there, or the first of what is not. */
export async function save(
  process: Process,
  ref: CredentialRef,
  kind: 'save' | 'rotate',
  layout: Layout,
): Promise<void> {
  const write = process.ledger.begin(ref, newId(), newMembers(ref))
  await process.ledger.writing(kind, write, () => put(process, write, write.values, layout))
}

/** The previous values under a new id. */
export async function rollBack(process: Process, ref: CredentialRef): Promise<void> {
  const { backend, clock, ledger } = process
  const previous = await backend
    .read(ref, { stage: 'AWSPREVIOUS' }, newCall(clock))
    .catch(() => null)
  if (previous === null) return save(process, ref, 'rotate', 'pair')
  const write = ledger.begin(ref, newId(), previous.members)
  const copyOf = previous.versionId
  await ledger.writing('roll back', write, () =>
    put(process, write, write.values, previous.layout, copyOf),
  )
}

/** One member after the other, each from a process of its own, by the id that the first one printed. */
export async function saveInHalves(
  processes: readonly Process[],
  ref: CredentialRef,
  order: readonly KeyType[],
): Promise<void> {
  const [first] = processes
  if (first === undefined) return
  const write = first.ledger.begin(ref, newId(), newMembers(ref))
  for (const [index, keyType] of order.entries()) {
    const process = processes[index % processes.length] ?? first
    const isLast = index === order.length - 1
    const half = { [keyType]: write.values[keyType] }
    await process.ledger.writing(isLast ? 'last half' : 'half', write, () =>
      put(process, write, half, 'pair'),
    )
    if (write.told !== 'pending') return
  }
}

export async function remove(process: Process, ref: CredentialRef): Promise<void> {
  const { backend, clock, ledger } = process
  await ledger.operation('delete', ref, async () => {
    const call = newCall(clock)
    const state = await backend.describe(ref, call)
    if (state !== null && state.deletedUntil === null) await backend.delete(ref, state, 7, call)
  })
}

export async function restore(process: Process, ref: CredentialRef): Promise<void> {
  const { backend, clock, ledger } = process
  await ledger.operation('restore', ref, async () => {
    await backend.restore(ref, newCall(clock))
  })
}

/** Described, put and committed, as the workflows do it, all within one call. */
async function put(
  { backend, clock }: Process,
  write: Write,
  values: Members,
  layout: Layout,
  copyOf: VersionId | null = null,
): Promise<void> {
  const call = newCall(clock)
  const state = await backend.describe(write.ref, call)
  write.base = state?.current ?? null
  const metadata = { ...NO_METADATA, createdAt: clock.now(), copyOf }
  const draft = { versionId: write.id, values, metadata, layout }
  const pending = await backend.putPending(write.ref, state, draft, call)
  if (pending.missing.length > 0) {
    write.told = 'pending'
    return
  }
  await backend.commit(write.ref, pending, call)
  write.told = 'live'
}
