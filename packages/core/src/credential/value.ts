import { SecretsError } from '../errors/secrets-error.ts'
import type { Members } from './credential.ts'
import { memberEntries } from './credential.ts'
import type { Exchange, KeyType } from './exchange.ts'
import { isPem } from './mask.ts'
import { Redacted } from './redacted.ts'

/** AWS Secrets Manager, PutSecretValue: SecretString is at most 65,536 bytes. */
export const MAX_VALUE_BYTES = 65_536

/**
 * Control, format and unassigned characters, halves of a character, and every space but the plain one: nobody sees them,
 * and they would make one key look like another.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

/** RFC 5958 and the older RFC 1421 form of an encrypted private key. */
const ENCRYPTED_PEM = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m
const PEM_PRIVATE_KEY =
  /^-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----\n[A-Za-z0-9+/=\n]+\n-----END \1-----\n?$/

/** What the exchanges issue, from their documentation. A value of another shape is stored all the same, with a warning. */
const SHAPES: Readonly<Record<Exchange, { readonly [K in KeyType]?: readonly [RegExp, string] }>> =
  {
    bybit: {
      api_key: [/^[A-Za-z0-9]{18}$/, '18 letters and digits'],
      api_secret: [/^[A-Za-z0-9]{36}$/, '36 letters and digits, or a PEM private key'],
    },
    binance: {
      api_key: [/^[A-Za-z0-9]{64}$/, '64 letters and digits'],
      api_secret: [/^[A-Za-z0-9]{64}$/, '64 letters and digits, or a PEM private key'],
    },
    kucoin: {
      api_key: [/^[0-9a-f]{24}$/, '24 hex digits'],
      api_secret: [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a UUID'],
      api_passphrase: [/^\S{7,32}$/, '7 to 32 characters without spaces'],
    },
  }

/**
 * A value as it will be stored: taken as it is, but for a PEM block, whose CRLF and escaped line ends become `\n`.
 *
 * @param keyType what the value is, named in errors
 * @param text what a person or a program gave
 * @throws INVALID_VALUE when it is empty, blank, padded, longer than 65,536 bytes, of several lines without being
 *   a PEM block, or an encrypted PEM; the message never repeats it
 */
export function parseValue(keyType: KeyType, text: string): Redacted {
  if (text.trim() === '') throw invalid(keyType, text === '' ? 'is empty' : 'is blank')
  if (Buffer.byteLength(text, 'utf8') > MAX_VALUE_BYTES) {
    throw invalid(keyType, `is longer than ${MAX_VALUE_BYTES.toLocaleString('en')} bytes`)
  }
  if (isPem(text)) return new Redacted(normalisePem(keyType, text), { keyType })
  if (/[\r\n]/.test(text)) throw invalid(keyType, 'has several lines')
  if (INVISIBLE.test(text)) throw invalid(keyType, 'has invisible characters')
  if (text.trim() !== text) throw invalid(keyType, 'begins or ends with a space')
  return new Redacted(text, { keyType })
}

/**
 * Refuses members that cannot belong to one credential.
 *
 * @throws INVALID_VALUE when two members are equal, or a member is not one of this exchange's
 */
export function checkMembers(exchange: Exchange, members: Members): void {
  const entries = memberEntries(exchange, members)
  const given = Object.keys(members).filter((key) => members[key as KeyType] !== undefined)
  const foreign = given.find((key) => !entries.some(([keyType]) => keyType === key))
  if (foreign !== undefined) {
    throw new SecretsError('INVALID_VALUE', `A ${exchange} credential has no ${foreign}.`)
  }
  if (entries.length === 0) {
    throw new SecretsError('INVALID_VALUE', 'No value was given.')
  }
  const seen = new Map<string, KeyType>()
  for (const [keyType, value] of entries) {
    const twin = seen.get(value.reveal())
    if (twin !== undefined) {
      throw new SecretsError('INVALID_VALUE', `The ${keyType} is the same value as the ${twin}.`, {
        hint: 'Copy each of them from the exchange again; one was pasted twice.',
      })
    }
    seen.set(value.reveal(), keyType)
  }
}

/** One line for each member that does not look like what this exchange issues; for the person, not a reason to refuse. */
export function shapeWarnings(exchange: Exchange, members: Members): readonly string[] {
  return memberEntries(exchange, members).flatMap(([keyType, value]) => {
    const shape = SHAPES[exchange][keyType]
    const text = value.reveal()
    if (shape === undefined || shape[0].test(text)) return []
    if (keyType === 'api_secret' && isPem(text)) return []
    return [
      `The ${keyType} does not look like one of ${exchange}'s (${shape[1]}); stored as given.`,
    ]
  })
}

function normalisePem(keyType: KeyType, text: string): string {
  const unescaped = text.includes('\n') ? text : text.replaceAll('\\r', '').replaceAll('\\n', '\n')
  const pem = `${unescaped.replaceAll('\r\n', '\n').trim()}\n`
  if (ENCRYPTED_PEM.test(pem)) {
    throw invalid(
      keyType,
      'is an encrypted PEM private key',
      'Decrypt it first: openssl pkey -in encrypted.pem -out key.pem',
    )
  }
  if (!PEM_PRIVATE_KEY.test(pem)) throw invalid(keyType, 'is not one whole PEM private key')
  return pem
}

function invalid(keyType: KeyType, problem: string, hint?: string): SecretsError {
  return new SecretsError('INVALID_VALUE', `The ${keyType} ${problem}.`, {
    hint: hint ?? 'Copy it from the exchange again; nothing was written.',
  })
}
