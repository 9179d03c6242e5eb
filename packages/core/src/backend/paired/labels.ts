import type { VersionId } from '../../credential/version.ts'
import type { Label } from './secret-store.ts'

/** On every member's version X: it is ours, its mates carry the same id, and it must not vanish. */
export function ownLabel(id: VersionId): Label {
  return `mm-${id}`
}

/** The mark, on the member where X was written first; from Decide on, on its base B: X is pending on B. */
export function markLabel(id: VersionId, base: VersionId): Label {
  return `mmp.${id}.${base}`
}

/** On the anchor's version X: an incident froze it. */
export function frozenLabel(id: VersionId): Label {
  return `mmr-${id}`
}

/**
 * On the anchor's version X: the credential moved to the other layout while X was current, or X is a half on nothing
 * that was discarded. Readers of the pair pass over it.
 */
export function movedLabel(id: VersionId): Label {
  return `mmx-${id}`
}

/** What a mark says. */
export interface Mark {
  readonly label: Label
  readonly id: VersionId
  readonly base: VersionId
}

/** Ids hold no dots: AWS allows them, so a foreign base is the rest of the label. */
const MARK = /^mmp\.([0-9a-f-]{36})\.(.+)$/

/** @returns null for a label that is no mark */
export function parseMark(label: Label): Mark | null {
  const [, id, base] = MARK.exec(label) ?? []
  if (id === undefined || base === undefined) return null
  return { label, id: id as VersionId, base: base as VersionId }
}
