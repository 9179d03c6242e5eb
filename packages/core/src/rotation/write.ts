import type {
  CredentialReader,
  CredentialState,
  CredentialWriter,
  Draft,
  Pending,
} from '../backend/port.ts'
import { commandLine } from '../backend/refusals.ts'
import type { Credential, Members } from '../credential/credential.ts'
import { isWhole, withOrigin } from '../credential/credential.ts'
import type { Annotation } from '../credential/metadata.ts'
import type { KeyType } from '../credential/exchange.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import type { Layout, VersionId } from '../credential/version.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import { checkCall, unstoppable } from '../runtime/call.ts'
import type { Clock } from '../runtime/clock.ts'
import { makeDraft } from './draft.ts'

/** Where the new values come from. */
export type Source =
  | { readonly from: 'values'; readonly values: Members }
  /** Promote a copy that was stored under a suffix. */
  | { readonly from: 'copy'; readonly ref: CredentialRef }
  /** Roll back. */
  | { readonly from: 'previous' }
  /** Adopt what other tools wrote, as it was seen: those versions and no others. */
  | { readonly from: 'foreign'; readonly seen: CredentialState }

/** Tries the new values before they become current. @throws CHECK_FAILED */
export type Check = (candidate: Credential, signal?: AbortSignal) => Promise<void>

export type WriteStep = 'described' | 'written' | 'checked' | 'committing' | 'live'

export interface WriteOptions {
  /** A rotation: there must be something to rotate. */
  readonly mustExist?: boolean
  /** What the person was shown: if it moved since, CONFLICT. */
  readonly base?: CredentialState
  readonly check?: Check
  /** Stop at pending. */
  readonly hold?: boolean
  /** For a new credential. @default 'pair' */
  readonly layout?: Layout
  readonly annotation?: Annotation
  /** For AWS's managed rotation alone. */
  readonly managed?: true
  readonly onStep?: (step: WriteStep) => void
}

export interface WriteResult {
  readonly state: CredentialState
  /** Not live yet; its id is the ticket of a half save. */
  readonly pending: Pending | null
}

/** The part of the port that a write uses. */
export type WritableStore = CredentialWriter & Pick<CredentialReader, 'describe' | 'read'>

/**
 * Save and rotate, roll back, promote and adopt: describe, draft, putPending, check, commit, over any backend.
 *
 * A failed check, or an abort before the commit, discards what was written. From the commit on the person's signal is
 * dropped: a rotation goes through or says how to go on.
 *
 * @param versionId of the new version, minted for this write; or the ticket of a half save that these values join
 * @throws NOT_FOUND, CONFLICT, INCOMPLETE, FOREIGN_WRITE, REVOKED, INVALID_VALUE, CHECK_FAILED and the store's errors
 */
export async function write(
  store: WritableStore,
  ref: CredentialRef,
  versionId: VersionId,
  source: Source,
  options: WriteOptions,
  clock: Clock,
  call: Call,
): Promise<WriteResult> {
  const state = await store.describe(ref, call)
  requireBase(ref, state, options)
  options.onStep?.('described')

  const draft = await makeDraft(store, ref, state, versionId, source, options, clock, call)
  const hasCurrent = state !== null && state.current !== null
  if (!hasCurrent && options.check !== undefined) {
    // There is no pending stage yet: the last member that is written is live.
    await options.check(wholeCandidate(ref, draft), call.signal)
    options.onStep?.('checked')
  }

  const pending = await store.putPending(ref, state, draft, call)
  const joins = state?.pending.some(({ versionId: id }) => id === pending.versionId) ?? false
  options.onStep?.('written')
  if (pending.missing.length > 0 || (options.hold === true && pending.phase === 'written')) {
    return { state: await describeWritten(store, ref, call), pending }
  }

  if (pending.phase === 'written') {
    if (options.check !== undefined) {
      const candidate = joins
        ? await readCandidate(store, ref, pending.versionId, call)
        : wholeCandidate(ref, draft)
      await checkOrDiscard(store, ref, pending, options.check, candidate, call)
      options.onStep?.('checked')
    }
    await stopBeforeCommit(store, ref, pending, joins, clock, call)
  }
  options.onStep?.('committing')
  const committed = await store.commit(ref, pending, unstoppable(call))
  options.onStep?.('live')
  return { state: committed, pending: null }
}

function requireBase(
  ref: CredentialRef,
  state: CredentialState | null,
  options: WriteOptions,
): void {
  const { base, mustExist } = options
  if (mustExist === true && (state === null || state.condition === 'absent')) {
    throw new SecretsError('NOT_FOUND', `There is no ${formatRef(ref)} to rotate.`, {
      hint: `Store it first: ${commandLine('save', ref)}; mm-secrets list shows what is there.`,
    })
  }
  if (mustExist === true && state !== null && state.current === null) {
    throw new SecretsError(
      'INCOMPLETE',
      `${formatRef(ref)} has no whole version yet: ${state.missing.join(', ')} is missing.`,
      { hint: `Save what is missing first: ${commandLine('save', ref, firstOf(state.missing))}` },
    )
  }
  if (base !== undefined && (state === null || state.current !== base.current)) {
    throw new SecretsError('CONFLICT', `${formatRef(ref)} was changed by someone else meanwhile.`, {
      hint: 'Nothing was written. Look at mm-secrets history, then decide again.',
    })
  }
}

function firstOf([first]: readonly KeyType[]): string {
  return first === undefined ? '' : `--key-type ${first}`
}

function wholeCandidate(ref: CredentialRef, draft: Draft): Credential {
  const members = withOrigin(ref.exchange, draft.values, draft.versionId)
  if (!isWhole(ref.exchange, members)) {
    throw new SecretsError('USAGE', `A check needs all members of ${formatRef(ref)} at once.`, {
      hint: 'Give every member in one command, or save the halves without a check.',
    })
  }
  return Object.freeze({
    ref,
    versionId: draft.versionId,
    createdAt: null,
    layout: draft.layout ?? 'pair',
    paired: true,
    members,
  })
}

async function readCandidate(
  store: Pick<CredentialReader, 'read'>,
  ref: CredentialRef,
  versionId: VersionId,
  call: Call,
): Promise<Credential> {
  const candidate = await store.read(ref, { versionId }, call)
  if (candidate !== null) return candidate
  throw new SecretsError('CONFLICT', `The pending version of ${formatRef(ref)} was discarded.`, {
    hint: 'Someone else discarded it meanwhile; start again.',
  })
}

async function checkOrDiscard(
  store: WritableStore,
  ref: CredentialRef,
  pending: Pending,
  check: Check,
  candidate: Credential,
  call: Call,
): Promise<void> {
  try {
    await check(candidate, call.signal)
  } catch (error) {
    await discardQuietly(store, ref, pending, call)
    throw error
  }
}

async function stopBeforeCommit(
  store: WritableStore,
  ref: CredentialRef,
  pending: Pending,
  joins: boolean,
  clock: Clock,
  call: Call,
): Promise<void> {
  try {
    checkCall(call, clock, `rotating ${formatRef(ref)}`)
  } catch (error) {
    // A half that came earlier stays: it was acknowledged.
    if (!joins) await discardQuietly(store, ref, pending, call)
    throw error
  }
}

/** Where even the discard fails, the first error is what the person needs; `status` shows what was left pending. */
async function discardQuietly(
  store: WritableStore,
  ref: CredentialRef,
  pending: Pending,
  call: Call,
): Promise<void> {
  try {
    await store.discard(ref, pending, unstoppable(call))
  } catch {
    return
  }
}

async function describeWritten(
  store: Pick<CredentialReader, 'describe'>,
  ref: CredentialRef,
  call: Call,
): Promise<CredentialState> {
  const state = await store.describe(ref, call)
  if (state !== null) return state
  throw new SecretsError('CONFLICT', `${formatRef(ref)} was removed right after it was written.`, {
    hint: 'Someone else deleted it meanwhile; look at mm-secrets list.',
  })
}
