import type { KeyType } from '@mm-secrets/core'
import { Redacted } from '@mm-secrets/core'
import type { Found, LeftOut, Owner, Place, Reading } from './found.ts'
import type { JsonEntry } from './json-tree.ts'
import { refuseTwice } from './refusals.ts'

/**
 * The values among the entries of an object.
 *
 * @param keyTypes what each key holds
 * @param path how the object is called, for names such as `exchange.key`
 * @throws INVALID_VALUE when a key is there twice
 */
export function valuesAmong(
  entries: readonly JsonEntry[],
  keyTypes: Readonly<Record<string, KeyType>>,
  path: string,
  owner: Owner,
): Reading {
  const named = entries.flatMap(({ key, value }) => {
    const keyType = Object.hasOwn(keyTypes, key) ? keyTypes[key] : undefined
    if (keyType === undefined) return []
    return [{ keyType, value, place: placeOf(`${path}.${key}`, value.line) }]
  })
  refuseTwice(named.map(({ place }) => place))
  const found: Found[] = []
  const leftOut: LeftOut[] = []
  for (const { keyType, place, value } of named) {
    // Templates have null or an empty string where there is no value.
    if (value.kind === 'null') continue
    if (value.kind !== 'string') leftOut.push({ ...place, why: 'is not a string' })
    else if (value.text !== '') {
      found.push({ ...place, owner, keyType, value: new Redacted(value.text, { keyType }) })
    }
  }
  return { found, leftOut }
}

export function placeOf(name: string, line: number): Place {
  return { name, line, lastLine: line }
}

/** Several readings of one file as one. */
export function joinReadings(readings: readonly Reading[]): Reading {
  return {
    found: readings.flatMap(({ found }) => found),
    leftOut: readings.flatMap(({ leftOut }) => leftOut),
  }
}
