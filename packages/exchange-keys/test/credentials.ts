import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import type { Credential, Exchange, KeyType, VersionId, WholeMembers } from '@mm-secrets/core'
import { credentialRef, Redacted } from '@mm-secrets/core'

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function alphanumeric(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHANUMERIC[byte % 62]).join('')
}

export interface Values {
  readonly key: string
  readonly secret: string
  readonly passphrase: string
}

/** Values of the shape that the exchange issues, made when a test runs. */
export function freshValues(exchange: Exchange): Values {
  const passphrase = alphanumeric(12)
  if (exchange === 'bybit') return { key: alphanumeric(18), secret: alphanumeric(36), passphrase }
  if (exchange === 'binance') return { key: alphanumeric(64), secret: alphanumeric(64), passphrase }
  return { key: randomBytes(12).toString('hex'), secret: randomUUID(), passphrase }
}

/** A credential as a backend reads it: whole, every member of one version. */
export function credentialOf(
  exchange: Exchange,
  { key, secret, passphrase }: Values,
  changes: Partial<Credential> = {},
): Credential {
  const versionId = newVersionId()
  const value = (text: string, keyType: KeyType): Redacted =>
    new Redacted(text, { keyType, versionId })
  const members: WholeMembers = {
    api_key: value(key, 'api_key'),
    api_secret: value(secret, 'api_secret'),
    ...(exchange === 'kucoin' ? { api_passphrase: value(passphrase, 'api_passphrase') } : {}),
  }
  return {
    ref: credentialRef({ env: 'shadow', exchange }),
    versionId,
    createdAt: null,
    layout: 'pair',
    paired: true,
    members,
    ...changes,
  }
}

export function newVersionId(): VersionId {
  return randomUUID() as VersionId
}

export interface PemPair {
  readonly secret: string
  readonly publicKey: string
}

export function pemPair(kind: 'rsa' | 'ed25519', modulusLength = 2048): PemPair {
  const { privateKey, publicKey } =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ed25519')
  return {
    secret: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
  }
}
