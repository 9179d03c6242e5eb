import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { inspect } from 'node:util'

/** Of the shapes that KuCoin issues: 24 hex digits, a UUID, and a passphrase of one's own. */
export function freshCredential(): Readonly<Record<'key' | 'secret' | 'passphrase', string>> {
  return {
    key: randomBytes(12).toString('hex'),
    secret: randomUUID(),
    passphrase: `${randomBytes(9).toString('base64url')}!@#`,
  }
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

export function ed25519Pem(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
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
