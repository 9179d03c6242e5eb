import { CCXT_KEY_TYPES, ccxtExchange } from './ccxt-exchange.ts'
import type { Reading } from './found.ts'
import { ownerOf } from './found.ts'
import type { JsonEntry } from './json-tree.ts'
import { entriesOf, parseJsonTree } from './json-tree.ts'
import { joinReadings, placeOf, valuesAmong } from './json-values.ts'
import { refuseTwice } from './refusals.ts'

/** What may be repeated of a key: an id of ccxt's. Anything else may be a value in the wrong place. */
const ID = /^[a-z][a-z0-9]{1,24}$/

/**
 * ccxt's keys.json or keys.local.json: an object of exchanges, in which the values stand among other settings.
 *
 * https://github.com/ccxt/ccxt/blob/master/CONTRIBUTING.md, "keys.local.json"
 *
 * @throws INVALID_VALUE naming the line
 */
export function readCcxt(text: string): Reading {
  const exchanges = entriesOf(parseJsonTree(text), 'of exchanges')
  const known = exchanges.filter(({ key }) => ccxtExchange(key) !== null)
  refuseTwice(known.map(({ key, value }) => placeOf(key, value.line)))
  return joinReadings(exchanges.map(readExchange))
}

function readExchange({ key, value }: JsonEntry): Reading {
  const nothing: Reading = { found: [], leftOut: [] }
  if (value.kind !== 'object') return nothing
  const holds = value.entries.some((entry) => Object.hasOwn(CCXT_KEY_TYPES, entry.key))
  if (!holds) return nothing
  const exchange = ccxtExchange(key)
  if (exchange !== null) {
    return valuesAmong(value.entries, CCXT_KEY_TYPES, key, ownerOf(exchange))
  }
  const place = placeOf(shown(key), value.line)
  return { found: [], leftOut: [{ ...place, why: 'is an exchange that is not supported' }] }
}

function shown(key: string): string {
  return ID.test(key) ? key : 'an exchange'
}
