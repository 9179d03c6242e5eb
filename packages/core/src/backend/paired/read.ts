import type { Credential, Members } from '../../credential/credential.ts'
import { isWhole, missingMembers, withOrigin } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { secretName } from '../../credential/name.ts'
import type { Redacted } from '../../credential/redacted.ts'
import type { Layout, VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import { deepFreeze } from '../document/deep-freeze.ts'
import { incomplete, revoked } from '../refusals.ts'
import { frozenLabel, movedLabel, ownLabel } from './labels.ts'
import type { Member } from './member.ts'
import { decodeMember, membersOf } from './member.ts'
import type { SecretVersion, VersionChoice } from './secret-store.ts'
import type { Tools } from './tools.ts'

/** One version of a secret with its value. */
export type GotVersion = SecretVersion & { readonly value: Redacted }

/** One stored secret as it was read; null where there was nothing to read. */
export interface Got {
  readonly member: Member
  readonly version: GotVersion | null
}

/** What one parallel round gave, the anchor first. */
export type Round = readonly [Got, ...(readonly Got[])]

/** Reads every member of a layout by its own choice, in one parallel round. */
export function getMembers(
  { store }: Pick<Tools, 'store'>,
  ref: CredentialRef,
  layout: Layout,
  choose: (member: Member) => VersionChoice | null,
  call: Call,
): Promise<Round> {
  const get = async (member: Member): Promise<Got> => {
    const choice = choose(member)
    if (choice === null) return { member, version: null }
    return { member, version: await store.get(secretName(ref, member), choice, call) }
  }
  const [anchor, ...mates] = membersOf(ref, layout)
  return Promise.all([get(anchor), ...mates.map(get)])
}

/** Whether a version was written by us. */
export function isOwn(version: SecretVersion | null): boolean {
  return version?.labels.includes(ownLabel(version.id)) ?? false
}

/** Whether readers pass over a version: see `movedLabel`. */
export function isMoved(version: SecretVersion | null): boolean {
  return version?.labels.includes(movedLabel(version.id)) ?? false
}

/**
 * The same round with each mate at the anchor's version id, where it is not there already.
 *
 * @returns null where a mate has no such version of ours
 */
export async function matesByAnchorId(
  { store }: Pick<Tools, 'store'>,
  ref: CredentialRef,
  [anchor, ...mates]: Round,
  id: VersionId,
  call: Call,
): Promise<Round | null> {
  const found = await Promise.all(
    mates.map(async (mate) =>
      mate.version?.id === id
        ? mate
        : {
            ...mate,
            version: await store.get(secretName(ref, mate.member), { versionId: id }, call),
          },
    ),
  )
  return found.every(({ version }) => isOwn(version)) ? [anchor, ...found] : null
}

/**
 * The credential of members that were read.
 *
 * @param anchor the anchor's version, which gives the credential its id
 * @throws REVOKED for a frozen version, INCOMPLETE where a JSON value lacks a member, CORRUPT
 */
export function credentialOf(
  ref: CredentialRef,
  layout: Layout,
  anchor: GotVersion,
  got: readonly Got[],
  how: { readonly paired: boolean; readonly evenFrozen: boolean },
): Credential {
  refuseFrozen(ref, anchor, how.evenFrozen)
  let values: Members = {}
  for (const { member, version } of got) {
    if (version !== null) values = { ...values, ...decodeMember(ref, member, version.value) }
  }
  // Members that other tools wrote have ids of their own; a signer takes them together all the same.
  const members = withOrigin(ref.exchange, values, anchor.id)
  if (!isWhole(ref.exchange, members)) {
    throw incomplete(ref, anchor.id, missingMembers(ref.exchange, members))
  }
  return deepFreeze({
    ref: { ...ref },
    versionId: anchor.id,
    createdAt: anchor.createdAt,
    layout,
    paired: how.paired,
    members,
  })
}

/** @throws REVOKED for a version that an incident froze */
export function refuseFrozen(ref: CredentialRef, anchor: SecretVersion, evenFrozen: boolean): void {
  if (!evenFrozen && anchor.labels.includes(frozenLabel(anchor.id))) throw revoked(ref, anchor.id)
}
