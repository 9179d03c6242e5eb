import type { CredentialState, Pending } from '../backend/port.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import type { VersionId } from '../credential/version.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import { unstoppable } from '../runtime/call.ts'
import type { Check, WritableStore, WriteResult } from './write.ts'

export interface RecoverOptions {
  /** Which pending version, where there are several. */
  readonly versionId?: VersionId
  readonly check?: Check
}

/**
 * Finishes what a crash or a lost connection left pending; where nothing is pending, the credential is as it should be.
 * What is live and not settled yet is settled: its check passed before it went live.
 *
 * @throws NOT_FOUND, INCOMPLETE while a member is missing, CONFLICT when several are pending and none is named or the
 *   base moved, SUPERSEDED, CHECK_FAILED (what was pending stays)
 */
export async function resume(
  store: WritableStore,
  ref: CredentialRef,
  options: RecoverOptions,
  call: Call,
): Promise<WriteResult> {
  const state = await describeExisting(store, ref, call)
  const pending = choosePending(ref, state, options.versionId)
  if (pending === null) {
    if (options.versionId === undefined || options.versionId === state.current) {
      return { state, pending: null }
    }
    throw notPending(ref)
  }
  if (pending.phase !== 'live' && pending.missing.length > 0) {
    throw new SecretsError(
      'INCOMPLETE',
      `The pending version of ${formatRef(ref)} lacks ${pending.missing.join(', ')}.`,
      {
        hint: `Save it with --key-type ${pending.missing[0] ?? ''} --complete ${pending.versionId}, or give up with rotate --discard.`,
      },
    )
  }
  if (options.check !== undefined && pending.phase === 'written') {
    const candidate = await store.read(ref, { versionId: pending.versionId }, call)
    if (candidate === null) throw notPending(ref)
    await options.check(candidate, call.signal)
  }
  return { state: await store.commit(ref, pending, unstoppable(call)), pending: null }
}

/**
 * Gives up what is pending: once this returns, that version never becomes current.
 *
 * @throws NOT_FOUND when nothing is pending, CONFLICT when several are and none is named, or when it is committed
 */
export async function discard(
  store: WritableStore,
  ref: CredentialRef,
  options: Pick<RecoverOptions, 'versionId'>,
  call: Call,
): Promise<WriteResult> {
  const state = await describeExisting(store, ref, call)
  const pending = choosePending(ref, state, options.versionId)
  if (pending === null) throw notPending(ref)
  return { state: await store.discard(ref, pending, call), pending: null }
}

async function describeExisting(
  store: WritableStore,
  ref: CredentialRef,
  call: Call,
): Promise<CredentialState> {
  const state = await store.describe(ref, call)
  if (state !== null) return state
  throw new SecretsError('NOT_FOUND', `There is no ${formatRef(ref)}.`, {
    hint: 'mm-secrets list shows what is there.',
  })
}

function choosePending(
  ref: CredentialRef,
  state: CredentialState,
  versionId: VersionId | undefined,
): Pending | null {
  if (versionId !== undefined) {
    return state.pending.find((pending) => pending.versionId === versionId) ?? null
  }
  if (state.pending.length > 1) {
    const ids = state.pending.map((pending) => pending.versionId).join(', ')
    throw new SecretsError('CONFLICT', `${formatRef(ref)} has several pending versions.`, {
      hint: `Name one of them with --version-id: ${ids}`,
    })
  }
  return state.pending[0] ?? null
}

function notPending(ref: CredentialRef): SecretsError {
  return new SecretsError('NOT_FOUND', `Nothing of this kind is pending for ${formatRef(ref)}.`, {
    hint: 'mm-secrets status shows what is; it may have been finished or discarded meanwhile.',
  })
}
