import type { CredentialRef } from '@mm-secrets/core'
import { KEY_TYPES, parseSecretName, Redacted } from '@mm-secrets/core'
import type { Owner, Reading } from './found.ts'
import { ownerOf } from './found.ts'
import type { JsonEntry } from './json-tree.ts'
import { entriesOf, parseJsonTree } from './json-tree.ts'
import { joinReadings, placeOf } from './json-values.ts'
import { refuseTwice } from './refusals.ts'

/**
 * The content of `MM_FAKE_SECRETS_JSON`: an object of stored names and values, as
 * `{"mm-bot/prod/bybit/api_key":"…"}`. A whole credential under one name (JSON layout) is taken, too.
 *
 * @throws INVALID_VALUE naming the line
 */
export function readMmPython(text: string): Reading {
  const entries = entriesOf(parseJsonTree(text), 'of names and values')
  const known = entries.filter(({ key }) => parseSecretName(key) !== null)
  refuseTwice(known.map(({ key, value }) => placeOf(key, value.line)))
  return joinReadings(entries.map(readEntry))
}

function readEntry({ key, value }: JsonEntry): Reading {
  const parsed = parseSecretName(key)
  // A name that is none is not repeated: a value may have been put in its place.
  const place = placeOf(parsed === null ? 'an entry' : key, value.line)
  const refused = (why: string): Reading => ({ found: [], leftOut: [{ ...place, why }] })
  if (parsed === null) return refused('is not under the name of a stored secret')
  if (value.kind === 'null') return { found: [], leftOut: [] }
  if (value.kind !== 'string') return refused('is not a string')
  const { member, ref } = parsed
  const owner = ownerFrom(ref)
  if (member !== 'json') {
    const given = {
      ...place,
      owner,
      keyType: member,
      value: new Redacted(value.text, { keyType: member }),
    }
    return { found: value.text === '' ? [] : [given], leftOut: [] }
  }
  const members = jsonMembers(value.text, ref)
  if (members === null) return refused('is not a credential in JSON layout')
  const found = members.map(([keyType, text]) => ({
    ...place,
    owner,
    keyType,
    value: new Redacted(text, { keyType }),
  }))
  return { found, leftOut: [] }
}

function ownerFrom({ account, env, exchange, namespace, suffix }: CredentialRef): Owner {
  return ownerOf(exchange, { account, env, namespace, suffix })
}

/** `{"api_key","api_secret","exchange","env"}` */
function jsonMembers(text: string, ref: CredentialRef) {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof content !== 'object' || content === null) return null
  const values = content as Readonly<Record<string, unknown>>
  const { env, exchange } = values
  if ((env ?? ref.env) !== ref.env || (exchange ?? ref.exchange) !== ref.exchange) return null
  return KEY_TYPES[ref.exchange].flatMap((keyType) => {
    const value = values[keyType]
    return typeof value === 'string' ? [[keyType, value] as const] : []
  })
}
