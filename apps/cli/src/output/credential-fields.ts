import type { CredentialRef, CredentialState, KeyType } from '@mm-secrets/core'
import { formatRef, KEY_TYPES } from '@mm-secrets/core'

/** How every document names a credential. */
export interface CredentialFields {
  readonly account: string | null
  readonly credential: string
  readonly env: string
  readonly exchange: string
  readonly suffix: string | null
}

export function credentialFields(ref: CredentialRef): CredentialFields {
  return {
    account: ref.account,
    credential: formatRef(ref),
    env: ref.env,
    exchange: ref.exchange,
    suffix: ref.suffix,
  }
}

/** The members that are there. */
export function keyTypesOf(state: CredentialState): readonly KeyType[] {
  if (state.condition === 'absent') return []
  return KEY_TYPES[state.ref.exchange].filter((keyType) => !state.missing.includes(keyType))
}
