import type { Members } from '../../credential/credential.ts'
import type { KeyType } from '../../credential/exchange.ts'
import { KEY_TYPES } from '../../credential/exchange.ts'
import type { CredentialRef } from '../../credential/name.ts'
import type { Redacted } from '../../credential/redacted.ts'
import type { Layout } from '../../credential/version.ts'
import { formatJsonValue, parseJsonValue } from './json-value.ts'

/** What one stored secret holds: a member, or in JSON layout all of them. */
export type Member = KeyType | 'json'

/** The secrets that a credential is stored in, the anchor first. In JSON layout the anchor has no mates. */
export function membersOf(
  ref: CredentialRef,
  layout: Layout,
): readonly [Member, ...(readonly Member[])] {
  return layout === 'json' ? ['json'] : KEY_TYPES[ref.exchange]
}

/** The key types that a stored secret holds. */
export function keyTypesOf(ref: CredentialRef, member: Member): readonly KeyType[] {
  return member === 'json' ? KEY_TYPES[ref.exchange] : [member]
}

/** The value of one stored secret; null where the values have none for it. */
export function encodeMember(ref: CredentialRef, member: Member, values: Members): Redacted | null {
  return member === 'json' ? formatJsonValue(ref, values) : (values[member] ?? null)
}

/**
 * The members that one stored secret holds.
 *
 * @throws CORRUPT for a value that is no JSON object of this credential's members
 */
export function decodeMember(ref: CredentialRef, member: Member, value: Redacted): Members {
  return member === 'json' ? parseJsonValue(ref, value) : { [member]: value }
}
