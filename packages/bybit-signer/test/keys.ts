import type { KeyObject } from 'node:crypto'
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Letters and digits, as exchanges issue them. */
export function alphanumeric(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHANUMERIC[byte % 62]).join('')
}

export function freshCredential(): { readonly key: string; readonly secret: string } {
  return { key: alphanumeric(18), secret: alphanumeric(36) }
}

/** A value that says nothing when it is printed and knows its version, as a credential store hands them out. */
export class Veiled {
  readonly #text: string
  readonly versionId: string | null

  constructor(text: string, versionId: string | null) {
    this.#text = text
    this.versionId = versionId
  }

  reveal(): string {
    return this.#text
  }
}

const rsaKeys = new Map<number, string>()

/** A PKCS#8 PEM block; made once per size, since that takes long. */
export function rsaPem(bits = 2048): string {
  const pem =
    rsaKeys.get(bits) ?? pkcs8(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey)
  rsaKeys.set(bits, pem)
  return pem
}

/** The older form of the same key, whose first line says RSA PRIVATE KEY. */
export function pkcs1Pem(pem: string): string {
  return createPrivateKey(pem).export({ type: 'pkcs1', format: 'pem' }).toString()
}

export function rsaPublicPem(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

export function ed25519Pem(): string {
  return pkcs8(generateKeyPairSync('ed25519').privateKey)
}

export function ecPem(): string {
  return pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

export function encryptedPem(passphrase: string): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString()
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Every way in which a program prints an object or an error, nested too. */
export function everyPrint(value: unknown): string {
  const deep = { depth: null, showHidden: true, getters: true } as const
  return [
    inspect(value, deep),
    inspect({ nested: [value], map: new Map([['value', value]]) }, deep),
    inspect(new Error('failed', { cause: value }), deep),
    JSON.stringify({ value }),
    JSON.stringify(Object.entries(value ?? {})),
    String(value),
    value instanceof Error ? `${value.message} ${value.stack ?? ''} ${inspect(value.cause)}` : '',
  ].join('\n')
}
