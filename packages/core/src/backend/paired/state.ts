import { KEY_TYPES } from '../../credential/exchange.ts'
import { newMetadata } from '../../credential/metadata.ts'
import type { Instant, Stage, VersionId } from '../../credential/version.ts'
import { deepFreeze } from '../document/deep-freeze.ts'
import type { CredentialState, MemberVersions, Version } from '../port.ts'
import { knownMetadata } from './known-metadata.ts'
import type { Look } from './look.ts'
import {
  currentOf,
  isDeleted,
  isFrozen,
  isOurs,
  isPartlyDeleted,
  isPassedOver,
  liveVersion,
  missingOf,
} from './look.ts'
import type { Member } from './member.ts'
import { keyTypesOf } from './member.ts'
import { pendingVersions, wholePrevious } from './pending.ts'

/** When versions of the anchor were written, where the store was asked. */
export type Dates = ReadonlyMap<VersionId, Instant>

/**
 * The picture of a credential without its values.
 *
 * @param ambiguous both layouts are there, under different version ids
 */
export function credentialState(look: Look, ambiguous: boolean, dates: Dates): CredentialState {
  const current = liveVersion(look)
  const previous = wholePrevious(look)
  const pending = pendingVersions(look)
  const shown = [...pending.map(({ versionId }) => versionId), current, previous]
  const ids = [...new Set(shown.filter((id) => id !== null))]
  const { condition, missing } = conditionOf(look)
  return deepFreeze({
    ref: { ...look.ref },
    layout: look.layout,
    condition: ambiguous ? 'ambiguous' : condition,
    missing,
    current,
    previous,
    versions: ids.map((id) => versionOf(look, id, { current, previous }, dates)),
    pending,
    deletedUntil: deletedUntil(look),
    asWritten: condition === 'foreign' || condition === 'unpaired' ? asWritten(look) : null,
    arns: arnsOf(look),
  })
}

/** The current version was written by other tools, and the store may know when. */
export function isAgeless(look: Look): boolean {
  const current = liveVersion(look)
  return current !== null && knownMetadata(look, current) === null
}

function conditionOf(look: Look): Pick<CredentialState, 'condition' | 'missing'> {
  if (isPartlyDeleted(look)) {
    const deleted = [look.anchor, ...look.mates].filter(isDeleted)
    return {
      condition: 'incomplete',
      missing: deleted.flatMap(({ member }) => keyTypesOf(look.ref, member)),
    }
  }
  const current = currentOf(look.anchor)
  const live = liveVersion(look)
  const mates = look.mates.map((mate) => ({ mate, current: currentOf(mate) }))
  if (live !== null && isOurs(look.anchor, live)) {
    const edited = mates.some(
      ({ mate, current: own }) => own !== null && own !== live && !isOurs(mate, own),
    )
    return { condition: edited ? 'foreign' : 'whole', missing: [] }
  }
  if (live !== null && look.layout === 'json') return { condition: 'whole', missing: [] }
  const foreign = current !== null && !isOurs(look.anchor, current)
  if (foreign && !isPassedOver(look.anchor, current)) {
    const oursToo = mates.some(({ mate, current: own }) => own !== null && isOurs(mate, own))
    if (oursToo) return { condition: 'foreign', missing: [] }
    if (live !== null) return { condition: 'unpaired', missing: [] }
  }
  return withoutLive(look)
}

function withoutLive(look: Look): Pick<CredentialState, 'condition' | 'missing'> {
  const [half] = pendingVersions(look)
  if (half !== undefined) return { condition: 'incomplete', missing: half.missing }
  const current = currentOf(look.anchor)
  if (current !== null && isOurs(look.anchor, current) && !isPassedOver(look.anchor, current)) {
    return { condition: 'incomplete', missing: missingOf(look, current) }
  }
  // Beside an anchor that is passed over mates hold only what was discarded.
  const discarded = current !== null && isPassedOver(look.anchor, current)
  const empty = [look.anchor, ...look.mates].filter((seen) => {
    const own = currentOf(seen)
    return discarded || own === null || isPassedOver(seen, own)
  })
  const missing = KEY_TYPES[look.ref.exchange].filter(
    (keyType) => look.layout === 'json' || empty.some(({ member }) => member === keyType),
  )
  const nothing = empty.length === look.mates.length + 1
  return { condition: nothing ? 'absent' : 'incomplete', missing }
}

function versionOf(
  look: Look,
  id: VersionId,
  staged: { readonly current: VersionId | null; readonly previous: VersionId | null },
  dates: Dates,
): Version {
  const stages: Stage[] = []
  if (id === staged.current) stages.push('AWSCURRENT')
  else if (id === staged.previous) stages.push('AWSPREVIOUS')
  else stages.push('AWSPENDING')
  const known = knownMetadata(look, id)?.metadata ?? newMetadata(dates.get(id) ?? null)
  const ours = [look.anchor, ...look.mates].some((seen) => isOurs(seen, id))
  return { id, stages, ours, frozen: isFrozen(look, id), metadata: known }
}

function asWritten(look: Look): MemberVersions {
  const versions = [look.anchor, ...look.mates].flatMap((seen) => {
    const current = currentOf(seen)
    return current === null ? [] : [[seen.member, current] as const]
  })
  return Object.fromEntries(versions)
}

function arnsOf(look: Look): CredentialState['arns'] {
  const arns: { [K in Member]?: string } = {}
  for (const { member, secret } of [look.anchor, ...look.mates]) {
    if (secret?.arn != null) arns[member] = secret.arn
  }
  return arns
}

/** Until when a deleted credential can be restored, once all of it is. A half without an anchor goes by its mates. */
export function deletedUntil(look: Look): Instant | null {
  if (isPartlyDeleted(look)) return null
  if (look.anchor.secret !== null) return look.anchor.secret.deletedUntil
  const mates = look.mates.flatMap(({ secret }) => (secret === null ? [] : [secret.deletedUntil]))
  const dates = mates.filter((date) => date !== null)
  return dates.length > 0 && dates.length === mates.length ? Math.max(...dates) : null
}
