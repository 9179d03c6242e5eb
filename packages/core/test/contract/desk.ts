import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect } from 'vitest'
import type {
  Backend,
  CredentialState,
  Draft,
  ListFilter,
  Pending,
  VersionSelector,
} from '../../src/backend/port.ts'
import type { Members } from '../../src/credential/credential.ts'
import { memberEntries, memberFingerprints } from '../../src/credential/credential.ts'
import type { KeyType } from '../../src/credential/exchange.ts'
import { newMetadata } from '../../src/credential/metadata.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import type { ErrorCode } from '../../src/errors/secrets-error.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import type { Call } from '../../src/runtime/call.ts'
import { newCall } from '../../src/runtime/call.ts'
import type { MovableClock } from './movable-clock.ts'
import { valuesFor } from './values.ts'

/** One backend on an empty store, and the clock that it and its store go by. */
export interface BackendUnderTest {
  readonly backend: Backend
  readonly clock: MovableClock
  /** Opens the same store anew, as another process would; absent where nothing persists. */
  readonly reopen?: () => Promise<Backend>
  readonly dispose: () => Promise<void>
}

export type MakeBackend = () => Promise<BackendUnderTest>

/** What the suite does to a backend, in the words of the workflows. */
export interface Desk {
  readonly backend: Backend
  readonly clock: MovableClock
  call(): Call
  /** The same store as another process sees it, where it persists. */
  reopened(): Promise<Backend>
  /** A new version whose values are made from its own id, whole or of these members. */
  draft(ref: CredentialRef, keyTypes?: readonly KeyType[]): Draft
  describe(ref: CredentialRef): Promise<CredentialState | null>
  /** All pages as one. */
  list(filter: ListFilter): Promise<readonly CredentialState[]>
  /** Describes, then puts the draft on what was found. */
  put(ref: CredentialRef, draft: Draft): Promise<Pending>
  commit(ref: CredentialRef, pending: Pending): Promise<CredentialState>
  /** Puts and commits. @default a new draft */
  save(ref: CredentialRef, draft?: Draft): Promise<CredentialState>
  /** The values in clear and their version, or null. */
  read(ref: CredentialRef, which?: VersionSelector): Promise<ReadBack | null>
  /** The error of an attempt that must be refused, after checking that it left the credential as it was. */
  refused(
    ref: CredentialRef,
    code: ErrorCode,
    attempt: () => Promise<unknown>,
  ): Promise<SecretsError>
}

export interface ReadBack {
  readonly versionId: VersionId
  readonly values: Readonly<Record<string, string>>
}

export const CURRENT: VersionSelector = { stage: 'AWSCURRENT' }
export const PREVIOUS: VersionSelector = { stage: 'AWSPREVIOUS' }

/** A fresh backend for each test of the surrounding `describe`. */
export function useDesk(make: MakeBackend): Desk {
  let opened: BackendUnderTest | null = null
  beforeEach(async () => {
    opened = await make()
  })
  afterEach(async () => {
    await opened?.dispose()
    opened = null
  })
  return deskOf(() => {
    if (opened === null) throw new Error('A desk is there only while a test runs.')
    return opened
  })
}

export function newVersionId(): VersionId {
  return mintVersionId(randomBytes)
}

/** What a draft will read as. */
export function readBack(ref: CredentialRef, draft: Draft): ReadBack {
  return { versionId: draft.versionId, values: inClear(ref, draft.values) }
}

function inClear(ref: CredentialRef, members: Members): Readonly<Record<string, string>> {
  return Object.fromEntries(
    memberEntries(ref.exchange, members).map(([keyType, value]) => [keyType, value.reveal()]),
  )
}

export function deskOf(current: () => BackendUnderTest): Desk {
  const call = (): Call => newCall(current().clock)
  const desk: Desk = {
    get backend() {
      return current().backend
    },
    get clock() {
      return current().clock
    },
    call,
    reopened: async () => (await current().reopen?.()) ?? current().backend,
    draft: (ref, keyTypes) => {
      const versionId = newVersionId()
      const whole = valuesFor(ref.exchange, versionId)
      const values = Object.fromEntries(
        memberEntries(ref.exchange, whole).filter(
          ([keyType]) => keyTypes?.includes(keyType) ?? true,
        ),
      )
      const fingerprints = memberFingerprints(ref.exchange, values)
      const metadata = { ...newMetadata(current().clock.now()), fingerprints }
      return { versionId, values, metadata }
    },
    describe: (ref) => current().backend.describe(ref, call()),
    list: async (filter) => {
      const states: CredentialState[] = []
      for await (const page of current().backend.list(filter, call())) states.push(...page)
      return states
    },
    put: async (ref, draft) =>
      current().backend.putPending(ref, await desk.describe(ref), draft, call()),
    commit: (ref, pending) => current().backend.commit(ref, pending, call()),
    save: async (ref, draft) => desk.commit(ref, await desk.put(ref, draft ?? desk.draft(ref))),
    read: async (ref, which) => {
      const found = await current().backend.read(ref, which ?? CURRENT, call())
      if (found === null) return null
      return { versionId: found.versionId, values: inClear(ref, found.members) }
    },
    refused: async (ref, code, attempt) => {
      const before = await desk.describe(ref)
      const error = await refusal(attempt)
      expect(error.code).toBe(code)
      expect(await desk.describe(ref)).toEqual(before)
      return error
    },
  }
  return desk
}

/** The error that an attempt is refused with. */
export async function refusal(attempt: () => Promise<unknown>): Promise<SecretsError> {
  const outcome = await attempt().then(
    () => 'nothing was refused',
    (error: unknown) => error,
  )
  if (outcome instanceof SecretsError) return outcome
  throw new Error('Not refused by a SecretsError.', { cause: outcome })
}

/** The draft of a half, and one of the same version with the members that it lacks. */
export function halves(
  desk: Desk,
  ref: CredentialRef,
  first: readonly KeyType[],
): readonly [Draft, Draft] {
  const whole = desk.draft(ref)
  const take = (wanted: (keyType: KeyType) => boolean): Draft => {
    const entries = memberEntries(ref.exchange, whole.values).filter(([keyType]) => wanted(keyType))
    const values: Members = Object.fromEntries(entries)
    const fingerprints = memberFingerprints(ref.exchange, values)
    return { ...whole, values, metadata: { ...whole.metadata, fingerprints } }
  }
  return [take((keyType) => first.includes(keyType)), take((keyType) => !first.includes(keyType))]
}

/** The draft of a version in which each of these holds whatever the other has. */
export function together(one: Draft, other: Draft): Draft {
  return { ...one, values: { ...one.values, ...other.values } }
}

export function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen)
}
