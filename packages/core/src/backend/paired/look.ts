import type { KeyType } from '../../credential/exchange.ts'
import type { CredentialRef, SecretName } from '../../credential/name.ts'
import { secretName } from '../../credential/name.ts'
import type { Layout, VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import type { Mark } from './labels.ts'
import { frozenLabel, movedLabel, ownLabel, parseMark } from './labels.ts'
import type { Member } from './member.ts'
import { keyTypesOf, membersOf } from './member.ts'
import type { Label, SecretDescription, SecretStore, SecretVersion } from './secret-store.ts'

/** One stored secret of a credential as it was described. */
export interface Seen {
  readonly member: Member
  readonly name: SecretName
  /** null: there is no such secret. */
  readonly secret: SecretDescription | null
}

/**
 * All secrets of a credential in one layout. Each was described at a moment of its own, and may be older than that.
 */
export interface Look {
  readonly ref: CredentialRef
  readonly layout: Layout
  /** `api_key`, or the JSON secret: what it has as current is the truth. */
  readonly anchor: Seen
  readonly mates: readonly Seen[]
}

/**
 * Describes every secret of a layout in one parallel round.
 *
 * The answers are of different moments: where the anchor shows a version that a mate does not, the mate was described
 * before that version was written, or lacks it. So it is described once more.
 */
export async function lookAt(
  store: Pick<SecretStore, 'describe'>,
  ref: CredentialRef,
  layout: Layout,
  call: Call,
): Promise<Look> {
  const describe = async (member: Member): Promise<Seen> => {
    const name = secretName(ref, member)
    return { member, name, secret: await store.describe(name, call) }
  }
  const look = lookOf(ref, layout, await Promise.all(membersOf(ref, layout).map(describe)))
  const wanted = wantedVersions(look)
  const lacks = (mate: Seen): boolean => wanted.some((id) => !isOurs(mate, id))
  if (!look.mates.some(lacks)) return look
  const mates = await Promise.all(
    look.mates.map(async (mate) => (lacks(mate) ? describe(mate.member) : mate)),
  )
  return { ...look, mates }
}

/** Versions of ours on the anchor that are current, or on their way to it. */
function wantedVersions(look: Look): readonly VersionId[] {
  const { anchor } = look
  const current = currentOf(anchor)
  if (current === null) return []
  const pending = marksOf(look).filter(({ base, is }) => base === current && is !== 'taken')
  const ids = [current, ...pending.map(({ id }) => id)]
  return ids.filter((id) => isOurs(anchor, id) && !isPassedOver(anchor, id))
}

/** @param seen those that were found; the others are taken as not there */
export function lookOf(ref: CredentialRef, layout: Layout, seen: readonly Seen[]): Look {
  const [anchor, ...mates] = membersOf(ref, layout)
  const find = (member: Member): Seen =>
    seen.find((one) => one.member === member) ?? {
      member,
      name: secretName(ref, member),
      secret: null,
    }
  return { ref, layout, anchor: find(anchor), mates: mates.map(find) }
}

/** Mates first: what is taken away is taken from the anchor last. */
export function matesFirst(look: Look): readonly Seen[] {
  return [...look.mates, look.anchor]
}

/** Where a label is attached. */
export function holder(seen: Seen, label: Label): VersionId | null {
  return seen.secret?.versions.find(({ labels }) => labels.includes(label))?.id ?? null
}

export function currentOf(seen: Seen): VersionId | null {
  return holder(seen, 'AWSCURRENT')
}

export function previousOf(seen: Seen): VersionId | null {
  return holder(seen, 'AWSPREVIOUS')
}

/** Whether this secret has this version, written by us. */
export function isOurs(seen: Seen, id: VersionId): boolean {
  return holder(seen, ownLabel(id)) === id
}

export function isFrozen(look: Look, id: VersionId): boolean {
  return holder(look.anchor, frozenLabel(id)) !== null
}

/** The credential moved to the JSON layout from this version, or it is a half that was discarded. */
export function isPassedOver(seen: Seen, id: VersionId): boolean {
  return holder(seen, movedLabel(id)) === id
}

export function isDeleted({ secret }: Seen): boolean {
  return secret !== null && secret.deletedUntil !== null
}

/** Readers of the pair pass over it. The JSON layout is what they fall back to, whatever it says. */
export function isSkipped({ anchor, layout }: Look, id: VersionId): boolean {
  return layout === 'pair' && isPassedOver(anchor, id)
}

/** A deletion stopped after the anchor. */
export function isPartlyDeleted({ anchor, mates }: Look): boolean {
  return isDeleted(anchor) && mates.some((mate) => mate.secret !== null && !isDeleted(mate))
}

/** A mark and the version that carries it. */
export interface FoundMark extends Mark {
  readonly seen: Seen
  readonly at: VersionId
  /** pending: on its own version. decided: on the anchor's base. taken: on another version of a mate, where it counts no more. */
  readonly is: 'pending' | 'decided' | 'taken'
}

/** All marks, the anchor's last. */
export function marksOf(look: Look): readonly FoundMark[] {
  return matesFirst(look).flatMap((seen) =>
    (seen.secret?.versions ?? []).flatMap(({ id, labels }) =>
      labels.flatMap((label) => {
        const mark = parseMark(label)
        if (mark === null) return []
        const moved = seen.member === look.anchor.member ? 'decided' : 'taken'
        return [{ ...mark, seen, at: id, is: mark.id === id ? 'pending' : moved } as const]
      }),
    ),
  )
}

/** The key types that a version of ours lacks. A mate that was deleted on its own holds nothing. */
export function missingOf(look: Look, id: VersionId): readonly KeyType[] {
  const anchorDeleted = isDeleted(look.anchor)
  const lost = [look.anchor, ...look.mates].filter(
    (seen) => !isOurs(seen, id) || (isDeleted(seen) && !anchorDeleted),
  )
  return lost.flatMap(({ member }) => keyTypesOf(look.ref, member))
}

/** Whether the version is whole and ours. */
export function isWholeVersion(look: Look, id: VersionId): boolean {
  return missingOf(look, id).length === 0
}

/**
 * The version that readers are given; null where they are given none: nothing is current, or only a half, or what is
 * passed over.
 */
export function liveVersion(look: Look): VersionId | null {
  const current = currentOf(look.anchor)
  if (current === null || isSkipped(look, current) || isPartlyDeleted(look)) return null
  if (isOurs(look.anchor, current)) return isWholeVersion(look, current) ? current : null
  return look.mates.every((mate) => currentOf(mate) !== null) ? current : null
}

/** The same look without some labels; a version that has none left is gone from it. */
export function withoutLabels(look: Look, gone: (seen: Seen, label: Label) => boolean): Look {
  const edit = (seen: Seen): Seen => {
    if (seen.secret === null) return seen
    const versions = seen.secret.versions
      .map((version) => ({
        ...version,
        labels: version.labels.filter((label) => !gone(seen, label)),
      }))
      .filter(({ labels }) => labels.length > 0)
    return { ...seen, secret: { ...seen.secret, versions } }
  }
  return { ...look, anchor: edit(look.anchor), mates: look.mates.map(edit) }
}

/** The same look after a version was written to one of its secrets. */
export function withPut(
  look: Look,
  member: Member,
  version: SecretVersion,
  tags: Readonly<Record<string, string>>,
): Look {
  const edit = (seen: Seen): Seen => {
    if (seen.member !== member) return seen
    const { name } = seen
    const known = seen.secret ?? { name, arn: null, versions: [], tags: {}, deletedUntil: null }
    const others = known.versions.filter(({ id }) => id !== version.id)
    const secret = {
      ...known,
      versions: [...others, version],
      tags: { ...known.tags, ...tags },
    }
    return { ...seen, secret }
  }
  return { ...look, anchor: edit(look.anchor), mates: look.mates.map(edit) }
}

/** The same look with its anchor described anew. */
export async function lookAgain(
  { store }: { readonly store: Pick<SecretStore, 'describe'> },
  look: Look,
  call: Call,
): Promise<Look> {
  return {
    ...look,
    anchor: { ...look.anchor, secret: await store.describe(look.anchor.name, call) },
  }
}
