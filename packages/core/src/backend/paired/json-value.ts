import type { Members } from '../../credential/credential.ts'
import { isWhole, memberEntries } from '../../credential/credential.ts'
import { KEY_TYPES } from '../../credential/exchange.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { secretName } from '../../credential/name.ts'
import { Redacted } from '../../credential/redacted.ts'
import { SecretsError } from '../../errors/secrets-error.ts'

/** `{"api_key","api_secret","exchange","env"}`; null for a half, which this layout has no place for. */
export function formatJsonValue(ref: CredentialRef, values: Members): Redacted | null {
  if (!isWhole(ref.exchange, values)) return null
  const fields = memberEntries(ref.exchange, values).map(([keyType, value]) => [
    keyType,
    value.reveal(),
  ])
  const { exchange, env } = ref
  return new Redacted(JSON.stringify({ ...Object.fromEntries(fields), exchange, env }))
}

/**
 * The members that the value of a JSON secret holds. Where it says `exchange` and `env`, they must be those of its name.
 *
 * @throws CORRUPT naming the secret and what is wrong with it, without its content
 */
export function parseJsonValue(ref: CredentialRef, value: Redacted): Members {
  const fields = parseObject(ref, value)
  for (const part of ['env', 'exchange'] as const) {
    const said = fields[part]
    if (said !== undefined && said !== ref[part]) throw corrupt(ref, `names another ${part}`)
  }
  const members: { -readonly [K in keyof Members]: Members[K] } = {}
  for (const keyType of KEY_TYPES[ref.exchange]) {
    const member = fields[keyType]
    if (member === undefined) continue
    if (typeof member !== 'string') throw corrupt(ref, `has a ${keyType} that is not a string`)
    if (member !== '') members[keyType] = new Redacted(member)
  }
  return members
}

function parseObject(ref: CredentialRef, value: Redacted): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(value.reveal())
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>
    }
  } catch {
    // The parser's own message would quote the value.
  }
  throw corrupt(ref, 'is not a JSON object')
}

function corrupt(ref: CredentialRef, problem: string): SecretsError {
  return new SecretsError('CORRUPT', `The value of ${secretName(ref, 'json')} ${problem}.`, {
    hint:
      'It holds {"api_key", "api_secret", "exchange", "env"} of the credential that its name says; ' +
      'save the credential again, or mend what wrote it.',
  })
}
