import type { CredentialRef, KeyType, Members } from '@mm-secrets/core'
import {
  didYouMean,
  formatRef,
  isKeyType,
  isPem,
  KEY_TYPES,
  missingMembers,
  parseValue,
  SecretsError,
} from '@mm-secrets/core'

/** `api_key=…`, as a line names its value; `api_key: …` is taken too. */
const NAMED_LINE = /^\s*(api_[a-z]+)\s*[=:]\s*(.*)$/

/**
 * The members of a whole credential from text that a person or a program gave.
 *
 * Taken are a JSON object (`exchange`, `env` and `account` may be there, as in the stored form, and must then agree),
 * lines `api_key=…`, or the bare values on lines in the exchange's order.
 *
 * @param source named in errors: `--value-file`
 * @throws INVALID_VALUE naming the member, never repeating what was given
 */
export function parseMembers(ref: CredentialRef, source: string, text: string): Members {
  const trimmed = text.trim()
  if (trimmed === '') throw invalid(`${source} is empty.`, forms(ref))
  const given = trimmed.startsWith('{')
    ? fromJson(ref, source, trimmed)
    : fromLines(ref, source, trimmed)
  const members = Object.fromEntries(
    [...given].map(([keyType, value]) => [keyType, parseValue(keyType, value)]),
  ) as Members
  const missing = missingMembers(ref.exchange, members)
  if (missing.length === 0) return members
  throw invalid(
    `${source} lacks ${missing.join(' and ')}.`,
    `To give one member alone, add --key-type; a ${ref.exchange} credential is ${KEY_TYPES[ref.exchange].join(', ')}.`,
  )
}

/** The one value of a member: everything that was given, but for the end of its last line. */
export function parseMember(keyType: KeyType, text: string): Members {
  return { [keyType]: parseValue(keyType, text.replace(/\r?\n$/, '')) }
}

function fromJson(ref: CredentialRef, source: string, text: string): Map<KeyType, string> {
  const stored = parseObject(source, text)
  const expected: Readonly<Record<string, string | null>> = {
    env: ref.env,
    exchange: ref.exchange,
    account: ref.account,
  }
  const members = new Map<KeyType, string>()
  for (const [key, value] of Object.entries(stored)) {
    if (Object.hasOwn(expected, key)) {
      if (value === expected[key]) continue
      throw invalid(`The ${key} in ${source} is not that of ${formatRef(ref)}.`)
    }
    const keyType = memberOf(ref, source, key)
    if (typeof value !== 'string') throw invalid(`The ${keyType} in ${source} is not a string.`)
    members.set(keyType, value)
  }
  return members
}

function parseObject(source: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    // Text that begins with a brace is an object, or no JSON at all.
    return value as Readonly<Record<string, unknown>>
  } catch {
    // The parser's own message repeats what it stumbled over, which may be a value.
    throw invalid(`${source} is not valid JSON.`, 'It begins with a brace, so JSON was expected.')
  }
}

function fromLines(ref: CredentialRef, source: string, text: string): Map<KeyType, string> {
  if (isPem(text)) {
    throw invalid(
      `${source} is a PEM block, which is one member alone.`,
      'Add --key-type api_secret, or put it into a JSON object with the api_key.',
    )
  }
  const lines = text.split(/\r?\n/)
  const named = lines.map((line) => NAMED_LINE.exec(line))
  if (named.every((match) => match !== null)) {
    const members = new Map<KeyType, string>()
    for (const [, key = '', value = ''] of named) {
      const keyType = memberOf(ref, source, key)
      if (members.has(keyType)) throw invalid(`${source} has ${keyType} twice.`)
      members.set(keyType, value)
    }
    return members
  }
  const keyTypes = KEY_TYPES[ref.exchange]
  if (lines.length > keyTypes.length || named.some((match) => match !== null)) {
    throw invalid(`${source} does not have one line per key type.`, forms(ref))
  }
  return new Map(
    lines.flatMap((line, index) => {
      const keyType = keyTypes[index]
      return keyType === undefined ? [] : [[keyType, line] as const]
    }),
  )
}

function memberOf(ref: CredentialRef, source: string, key: string): KeyType {
  const members: readonly KeyType[] = KEY_TYPES[ref.exchange]
  if (isKeyType(key) && members.includes(key)) return key
  // The key is not repeated: a value may have been put in its place.
  throw invalid(
    `${source} has a key that a ${ref.exchange} credential has not.${didYouMean(key, members)}`,
    forms(ref),
  )
}

function forms(ref: CredentialRef): string {
  const keyTypes = KEY_TYPES[ref.exchange]
  const object = keyTypes.map((keyType) => `"${keyType}":"…"`).join(',')
  return `Give a JSON object {${object}}, or one line per key type: ${keyTypes.join(', ')}.`
}

function invalid(message: string, hint?: string): SecretsError {
  return new SecretsError('INVALID_VALUE', message, {
    hint: hint ?? 'Nothing was written.',
  })
}
