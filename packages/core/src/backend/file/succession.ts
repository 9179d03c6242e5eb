import { createHmac, hkdfSync } from 'node:crypto'
import type { Environment } from '../../credential/exchange.ts'
import type { AgeIdentity } from './age-file.ts'
import { publicKeyOf, recipientOf } from './recipient.ts'
import type { Seen } from './seen.ts'
import { memberTagOf } from './seen.ts'
import { sortedJson } from './sorted-json.ts'
import type { Succession, VaultContent } from './vault-content.ts'
import { sameText } from './vault-content.ts'
import { privateKeyOf, sharedSecret } from './x25519.ts'

const KEY_INFO = 'mm-secrets/voucher/1'
const KEY_BYTES = 32

/** What a voucher vouches for. */
interface NewKey {
  readonly env: Environment
  readonly number: number
  readonly macKey: string
}

/**
 * Vouches for a new `macKey` to everyone who stays.
 *
 * Whoever is removed knows the old key, so that nothing under it proves that a member wrote. Writer and reader share a
 * secret that nobody else has (Diffie-Hellman of their own keys), and each voucher is an HMAC under one.
 */
export function vouch(
  identity: AgeIdentity,
  key: NewKey,
  recipients: readonly string[],
): Succession {
  const by = recipientOf(identity)
  const vouchers = recipients.map((to) => [to, voucher(identity, to, key, { by, to })] as const)
  return { number: key.number, by, vouchers: Object.fromEntries(vouchers) }
}

/**
 * Whether somebody who could open the version that was last seen vouches to this identity for the `macKey` of a later
 * one.
 */
export function isVouchedFor(content: VaultContent, known: Seen, identity: AgeIdentity): boolean {
  const { env, macKey, succession } = content
  if (succession === null || succession.number <= known.number) return false
  const { by, number, vouchers } = succession
  const own = recipientOf(identity)
  const given = vouchers[own]
  const member = by === own || known.members?.includes(memberTagOf(identity, by)) === true
  if (given === undefined || !member) return false
  return sameText(given, voucher(identity, by, { env, number, macKey }, { by, to: own }))
}

function voucher(
  identity: AgeIdentity,
  other: string,
  { env, macKey, number }: NewKey,
  { by, to }: { readonly by: string; readonly to: string },
): string {
  const secret = sharedSecret(privateKeyOf(identity.scalar), publicKeyOf(other))
  const key = Buffer.from(hkdfSync('sha256', secret, '', KEY_INFO, KEY_BYTES))
  return createHmac('sha256', key).update(sortedJson({ by, env, macKey, number, to })).digest('hex')
}
