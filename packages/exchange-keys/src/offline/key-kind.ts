import { createPrivateKey } from 'node:crypto'
import type { Credential } from '@mm-secrets/core'
import { isPem } from '@mm-secrets/core'

/** 'an HMAC secret', 'an RSA private key of 2048 bits', 'an Ed25519 private key': of a secret that signs. */
export function keyKind({ members }: Pick<Credential, 'members'>): string {
  const secret = members.api_secret.reveal()
  if (!isPem(secret)) return 'an HMAC secret'
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(secret)
  if (asymmetricKeyType !== 'rsa') return 'an Ed25519 private key'
  return `an RSA private key of ${asymmetricKeyDetails?.modulusLength ?? 0} bits`
}
