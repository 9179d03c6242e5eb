import type { VersionId } from '../../src/credential/version.ts'

/**
 * Version ids that a trace can show as short names. `A1` is the id whose first eight hex digits spell `A1`, so that an
 * id has the form of a UUID, as labels demand, and reads as what it is.
 */
export function versionId(name: string): VersionId {
  if (name.length > 4) throw new Error(`The name ${name} does not fit into an id.`)
  const hex = Buffer.from(name.padEnd(4, '\0'), 'latin1').toString('hex')
  return `${hex}-0000-4000-8000-000000000000` as VersionId
}

/** Versions of other tools have names that begin with F. */
export function isForeign(id: VersionId): boolean {
  return id.startsWith('46')
}

const ID = /([0-9a-f]{8})-0000-4000-8000-000000000000/g

/** The same text with short names in place of ids. */
export function withNames(text: string): string {
  return text.replaceAll(ID, (_, hex: string) =>
    Buffer.from(hex, 'hex').toString('latin1').replaceAll('\0', ''),
  )
}
