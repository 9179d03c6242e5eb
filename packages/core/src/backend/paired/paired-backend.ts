import type { Credential } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef, secretName } from '../../credential/name.ts'
import { checkMembers } from '../../credential/value.ts'
import type { Layout } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { checkCall } from '../../runtime/call.ts'
import type { Deps } from '../../runtime/deps.ts'
import type { Backend, CredentialState, Pending } from '../port.ts'
import {
  changedMeanwhile,
  checkRecoveryDays,
  deleted,
  notFound,
  overtaken,
  refuseLayout,
} from '../refusals.ts'
import { turnsByKey } from '../turns.ts'
import { annotateVersion } from './annotate.ts'
import { commitVersion } from './commit.ts'
import { deleteSecrets, restoreSecrets } from './deletion.ts'
import { discardVersion } from './discard.ts'
import { freezeCurrent } from './freeze.ts'
import { credentialLister } from './list.ts'
import type { Look } from './look.ts'
import { isPartlyDeleted, liveVersion, lookOf } from './look.ts'
import { migrateLayout, retire } from './migrate.ts'
import { putPending } from './put-pending.ts'
import { readCurrent } from './read-current.ts'
import { readAsWritten, readById, readPrevious } from './read-version.ts'
import type { SecretStore } from './secret-store.ts'
import type { Sight } from './sight.ts'
import { knownState, layoutOf, sightOf, stateOf, withLook } from './sight.ts'
import { deletedUntil } from './state.ts'
import type { Tools } from './tools.ts'

/** What is known of a credential after a version was put, for its commit. */
interface Put {
  readonly pending: Pending
  readonly sight: Sight
  readonly written: boolean
}

/**
 * A backend over a store of labelled secrets, where the members of a credential are secrets of their own.
 *
 * The anchor (`api_key`, or the JSON secret) decides what is current, mates are read by the anchor's version id, every
 * write is pending until one compare-and-swap commits it, and a crash at any point leaves labels from which the write
 * can be resumed or discarded. So no reader is ever given members that were not saved together.
 */
export function pairedBackend(
  store: SecretStore,
  { clock, warn }: Pick<Deps, 'clock' | 'warn'>,
): Backend {
  const tools: Tools = { store, clock }
  const inTurn = turnsByKey()
  const layouts = new Map<string, Layout>()
  /** The last state that was described of a credential, which a writer hands back as its base, and what it was seen in. */
  const described = new Map<
    string,
    { readonly state: CredentialState | null; readonly sight: Sight }
  >()
  /** The last version that was put, while nothing else was asked of its credential. */
  const put = new Map<string, Put>()

  const keyOf = (ref: CredentialRef): string => secretName(ref, 'api_key')
  const changing = <T>(ref: CredentialRef, call: Call, work: () => Promise<T>): Promise<T> =>
    inTurn(keyOf(ref), () => {
      checkCall(call, clock, `writing ${formatRef(ref)}`)
      return work()
    })

  async function look(ref: CredentialRef, call: Call): Promise<Sight> {
    checkCall(call, clock, `reading ${formatRef(ref)}`)
    described.delete(keyOf(ref))
    put.delete(keyOf(ref))
    return sightOf(store, ref, call)
  }

  /** What the caller saw a moment ago counts once; compare-and-swap finds out what changed since. */
  async function lookOrRemember(
    ref: CredentialRef,
    base: CredentialState | null,
    call: Call,
  ): Promise<Sight> {
    const last = described.get(keyOf(ref))
    described.delete(keyOf(ref))
    return last !== undefined && last.state === base ? last.sight : look(ref, call)
  }

  function result(sight: Sight): CredentialState {
    const layout = layoutOf(sight)
    if (layout !== null) layouts.set(keyOf(sight.look.ref), layout)
    return knownState(sight)
  }

  return {
    async read(ref, which, call) {
      checkCall(call, clock, `reading ${formatRef(ref)}`)
      const evenFrozen = which.evenFrozen === true
      if ('members' in which) return readAsWritten(tools, ref, which.members, call)
      const known = layouts.get(keyOf(ref)) ?? null
      const found =
        'stage' in which && which.stage === 'AWSCURRENT'
          ? await readCurrent(tools, ref, evenFrozen, known, call)
          : await inEitherLayout(ref, known, (layout) =>
              'versionId' in which
                ? readById(tools, ref, layout, which.versionId, evenFrozen, call)
                : readPrevious(tools, ref, layout, evenFrozen, call),
            )
      if (found !== null) layouts.set(keyOf(ref), found.layout)
      return found
    },

    async describe(ref, call) {
      const sight = await look(ref, call)
      const state = await stateOf(store, sight, call)
      described.set(keyOf(ref), { state, sight })
      return state
    },

    list: credentialLister(store, { clock, warn }),

    putPending: (ref, base, draft, call) =>
      changing(ref, call, async () => {
        checkMembers(ref.exchange, draft.values)
        const seen = await lookOrRemember(ref, base, call)
        const sight = layoutOf(seen) === null ? inLayout(seen, draft.layout ?? 'pair') : seen
        refuseUnusable(sight)
        const written = await putPending(tools, sight.look, base, draft, call)
        const { pending, whole } = written
        put.set(keyOf(ref), { pending, sight: withLook(sight, written.look), written: whole })
        return pending
      }),

    commit: (ref, pending, call) =>
      changing(ref, call, async () => {
        const last = put.get(keyOf(ref))
        const known =
          last?.pending === pending ? last : { sight: await look(ref, call), written: false }
        put.delete(keyOf(ref))
        refuseUnusable(known.sight)
        if (known.sight.absent) throw overtaken(ref, pending.versionId)
        const { sight, written } = known
        return result(
          withLook(sight, await commitVersion(tools, sight.look, pending.versionId, written, call)),
        )
      }),

    discard: (ref, pending, call) =>
      changing(ref, call, async () => {
        const sight = await look(ref, call)
        refuseUnusable(sight)
        return result(
          withLook(sight, await discardVersion(tools, sight.look, pending.versionId, call)),
        )
      }),

    annotate: (ref, versionId, annotation, call) =>
      changing(ref, call, async () => {
        const sight = await lookLive(ref, call)
        await annotateVersion(tools, sight.look, versionId, annotation, call)
      }),

    freeze: (ref, call) =>
      changing(ref, call, async () => {
        const sight = await lookLive(ref, call)
        return result(withLook(sight, await freezeCurrent(tools, sight.look, call)))
      }),

    migrate: (ref, base, layout, call) =>
      changing(ref, call, async () => {
        refuseLayout(ref, layout)
        const sight = await lookLive(ref, call)
        requireBase(sight.look, base)
        const other = sight.other ?? lookOf(ref, layout, [])
        if (sight.look.layout === layout) await retire(tools, other, call)
        else await migrateLayout(tools, sight.look, other, call)
        return result(await look(ref, call))
      }),

    delete: (ref, base, recoveryDays, call) =>
      changing(ref, call, async () => {
        checkRecoveryDays(recoveryDays)
        const sight = await look(ref, call)
        if (sight.absent) throw notFound(ref)
        refuseGone(sight)
        requireBase(sight.look, base)
        return result(withLook(sight, await deleteSecrets(tools, sight.look, recoveryDays, call)))
      }),

    restore: (ref, call) =>
      changing(ref, call, async () => {
        const sight = await look(ref, call)
        if (sight.absent) throw notFound(ref)
        return result(withLook(sight, await restoreSecrets(tools, sight.look, call)))
      }),
  }

  async function lookLive(ref: CredentialRef, call: Call): Promise<Sight> {
    const sight = await look(ref, call)
    if (sight.absent) throw notFound(ref)
    refuseUnusable(sight)
    return sight
  }
}

/** A version is in the layout that the credential has; where that is not known yet, in the one that has it. */
async function inEitherLayout(
  ref: CredentialRef,
  known: Layout | null,
  read: (layout: Layout) => Promise<Credential | null>,
): Promise<Credential | null> {
  if (ref.suffix !== null) return read('pair')
  const layouts: readonly Layout[] = known === 'json' ? ['json', 'pair'] : ['pair', 'json']
  for (const layout of layouts) {
    const found = await read(layout)
    if (found !== null) return found
  }
  return null
}

/** The layout in which a new credential is written. */
function inLayout(sight: Sight, layout: Layout): Sight {
  if (sight.look.layout === layout) return sight
  const { ref } = sight.look
  refuseLayout(ref, layout)
  return { ...sight, look: sight.other ?? lookOf(ref, layout, []), other: sight.look }
}

/** @throws CONFLICT while it is deleted, or being deleted or restored, AMBIGUOUS_LAYOUT */
function refuseUnusable(sight: Sight): void {
  const { look } = sight
  const partly = isPartlyDeleted(look) ? (look.anchor.secret?.deletedUntil ?? null) : null
  if (partly !== null) throw deleted(look.ref, partly)
  refuseGone(sight)
}

/** The same for a deletion, which finishes one that stopped half way. */
function refuseGone({ ambiguous, look }: Sight): void {
  const until = deletedUntil(look)
  if (until !== null) throw deleted(look.ref, until)
  if (!ambiguous) return
  const name = (member: 'api_key' | 'json'): string => secretName(look.ref, member)
  throw new SecretsError(
    'AMBIGUOUS_LAYOUT',
    `${formatRef(look.ref)} is stored twice, under different versions: as ${name('json')}, and in pair layout.`,
    {
      hint:
        `Readers use the pair. Delete what is out of date: ${name('json')}, or ${name('api_key')} ` +
        'and its mates (aws secretsmanager delete-secret --secret-id …).',
    },
  )
}

function requireBase(look: Look, base: CredentialState): void {
  const now = liveVersion(look)
  if (base.current !== now) throw changedMeanwhile(look.ref, base.current, now)
}
