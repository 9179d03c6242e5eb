import type { CredentialRef } from '../../credential/name.ts'
import { secretName } from '../../credential/name.ts'
import type { Instant } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import { checkCall } from '../../runtime/call.ts'
import type { Deps } from '../../runtime/deps.ts'
import type { Backend, CredentialState } from '../port.ts'
import { turnsByKey } from '../turns.ts'
import { annotate } from './annotate.ts'
import { commit } from './commit.ts'
import { deleteCredential, isGone, restore } from './deletion.ts'
import { discard } from './discard.ts'
import type { DocumentStore, VaultDocument } from './document.ts'
import { freeze } from './freeze.ts'
import { listCredentials } from './list-credentials.ts'
import { migrate } from './migrate.ts'
import { parseStored } from './parse-stored.ts'
import { putPending } from './put-pending.ts'
import { readVersion } from './read-version.ts'
import { credentialState, pendingOf } from './state.ts'
import type { StoredCredential } from './stored-credential.ts'
import { formatStored } from './stored-credential.ts'

/**
 * A backend over documents that are replaced as a whole: a credential changes in one write, so nothing is ever half.
 *
 * Each write applies a pure step to the stored credential, and applies it again to what it finds when another process
 * was first. Writers of this process take turns by environment, so that they never retry against each other.
 */
export function documentBackend(documents: DocumentStore, deps: Pick<Deps, 'clock'>): Backend {
  const { clock } = deps
  const inTurn = turnsByKey()

  async function look(ref: CredentialRef, call: Call): Promise<StoredCredential | null> {
    checkCall(call, clock, `reading the credentials of ${ref.env}`)
    const found = await documents.read(ref.env, call)
    return storedIn(found?.document ?? null, ref, clock.now())
  }

  /** @returns what the step left; nothing is written where it gave back what it got */
  async function change<After extends StoredCredential | null>(
    ref: CredentialRef,
    call: Call,
    step: (stored: StoredCredential | null, now: Instant) => After,
  ): Promise<After> {
    for (;;) {
      checkCall(call, clock, `writing the credentials of ${ref.env}`)
      const found = await documents.read(ref.env, call)
      const now = clock.now()
      const before = storedIn(found?.document ?? null, ref, now)
      const after = step(before, now)
      if (after === before) return after
      const credentials = successor(found?.document ?? null, ref, after, now)
      const written = await documents.replace(ref.env, { credentials }, found?.revision ?? 0, call)
      // No wait after a lost swap: whoever won has finished, so somebody always gets on.
      if (written) return after
    }
  }

  async function changeState(
    ref: CredentialRef,
    call: Call,
    step: (stored: StoredCredential | null, now: Instant) => StoredCredential | null,
  ): Promise<CredentialState> {
    return credentialState(ref, await inTurn(ref.env, () => change(ref, call, step)))
  }

  return {
    read: async (ref, which, call) => readVersion(ref, await look(ref, call), which),
    describe: async (ref, call) => {
      const stored = await look(ref, call)
      return stored === null ? null : credentialState(ref, stored)
    },
    list: (filter, call) => listCredentials(documents, clock, filter, call),
    putPending: async (ref, base, draft, call) => {
      const put = (stored: StoredCredential | null, now: Instant): StoredCredential =>
        putPending(ref, stored, base, draft, now)
      const stored = await inTurn(ref.env, () => change(ref, call, put))
      return pendingOf(ref, stored, draft.versionId)
    },
    commit: (ref, pending, call) =>
      changeState(ref, call, (stored) => commit(ref, stored, pending)),
    discard: (ref, pending, call) =>
      changeState(ref, call, (stored) => discard(ref, stored, pending)),
    annotate: async (ref, versionId, annotation, call) => {
      await changeState(ref, call, (stored) => annotate(ref, stored, versionId, annotation))
    },
    freeze: (ref, call) => changeState(ref, call, (stored) => freeze(ref, stored)),
    migrate: (ref, base, layout, call) =>
      changeState(ref, call, (stored) => migrate(ref, stored, base, layout)),
    delete: (ref, base, recoveryDays, call) =>
      changeState(ref, call, (stored, now) =>
        deleteCredential(ref, stored, base, recoveryDays, now),
      ),
    restore: (ref, call) => changeState(ref, call, (stored) => restore(ref, stored)),
  }
}

/** A deleted credential whose recovery window has passed is not there any more. */
function storedIn(
  document: VaultDocument | null,
  ref: CredentialRef,
  now: Instant,
): StoredCredential | null {
  const raw = document?.credentials[secretName(ref, 'api_key')]
  return raw === undefined || isGone(raw, now) ? null : parseStored(ref, raw)
}

/** All credentials with one changed, sorted by name, without those whose recovery window has passed. */
function successor(
  document: VaultDocument | null,
  ref: CredentialRef,
  after: StoredCredential | null,
  now: Instant,
): VaultDocument['credentials'] {
  const own = secretName(ref, 'api_key')
  const others = Object.entries(document?.credentials ?? {}).filter(
    ([name, raw]) => name !== own && !isGone(raw, now),
  )
  const changed = after === null ? [] : [[own, formatStored(ref.exchange, after)] as const]
  const byName = [...others, ...changed].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(byName)
}
