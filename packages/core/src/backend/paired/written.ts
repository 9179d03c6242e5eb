import type { VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import { unstoppable } from '../../runtime/call.ts'
import type { CredentialState, Draft, Pending } from '../port.ts'
import { changedMeanwhile } from '../refusals.ts'
import { commitVersion } from './commit.ts'
import type { Look, Seen } from './look.ts'
import { liveVersion } from './look.ts'
import { pendingVersion, wholePrevious } from './pending.ts'
import type { MemberPut } from './put-members.ts'
import type { Label } from './secret-store.ts'
import type { Tools } from './tools.ts'

/** A version that was written, and what is known of its credential since. */
export interface Written {
  readonly pending: Pending
  readonly look: Look
  /** Every member was written by this process just now and read back. */
  readonly whole: boolean
}

/** Where nothing was live before, a whole version does not wait for a commit. */
export async function liveIfFirst(
  tools: Tools,
  look: Look,
  id: VersionId,
  whole: boolean,
  call: Call,
): Promise<Written> {
  if (!whole || liveVersion(look) !== null) {
    return { look, whole, pending: pendingVersion(look, id) }
  }
  const live = await commitVersion(tools, look, id, true, unstoppable(call))
  return { look: live, whole, pending: { ...pendingVersion(live, id), base: wholePrevious(live) } }
}

/** @throws CONFLICT where another version is live than the caller saw */
export function requireBase(look: Look, base: CredentialState | null): void {
  const seen = base?.current ?? null
  const now = liveVersion(look)
  if (seen !== now) throw changedMeanwhile(look.ref, seen, now)
}

/** What a draft puts into one secret. */
export function memberPut(
  seen: Seen,
  draft: Draft,
  labels: readonly Label[],
  tags: Readonly<Record<string, string>>,
): MemberPut {
  return { seen, values: draft.values, id: draft.versionId, labels, tags }
}
