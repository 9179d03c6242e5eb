import { randomBytes } from 'node:crypto'
import type { Credential, KeyType, VersionId } from '@mm-secrets/core'
import { credentialRef, KEY_TYPES, Redacted } from '@mm-secrets/core'
import type { Chosen } from '../../../src/run/chosen.ts'

/** `bybit@hedge` of dev. */
export function choose(label: string, suffix: string | null = null): Chosen {
  const [exchange = '', account = null] = label.split('@')
  return { label, ref: credentialRef({ env: 'dev', exchange, account, suffix }) }
}

export function versionOf(letter: string): VersionId {
  return letter.repeat(32) as VersionId
}

/** A credential with values of its own, or these. */
export function credentialOf(
  { ref }: Chosen,
  values: Partial<Record<KeyType, string>> = {},
  versionId: VersionId = versionOf('a'),
): Credential {
  const members = Object.fromEntries(
    KEY_TYPES[ref.exchange].map((keyType) => [
      keyType,
      new Redacted(values[keyType] ?? `k${randomBytes(12).toString('hex')}`, {
        keyType,
        versionId,
      }),
    ]),
  ) as unknown as Credential['members']
  return { ref, versionId, createdAt: 0, layout: 'pair', paired: true, members }
}
