import type { KeyType } from '@mm-secrets/core'
import { CCXT_KEY_TYPES, ccxtExchange } from './ccxt-exchange.ts'
import type { Found, Reading } from './found.ts'
import { ownerOf } from './found.ts'
import type { JsonEntry, JsonNode } from './json-tree.ts'
import { entriesOf, parseJsonTree } from './json-tree.ts'
import { joinReadings, placeOf, valuesAmong } from './json-values.ts'
import { refuseTwice, unreadable } from './refusals.ts'

/** https://www.freqtrade.io/en/stable/configuration/#configuration-parameters: exchange.key, secret, password */
const FREQTRADE_KEY_TYPES: Readonly<Record<string, KeyType>> = {
  key: 'api_key',
  secret: 'api_secret',
  password: 'api_passphrase',
}

/** What freqtrade hands on to ccxt as it is, where people put values as well. */
const CCXT_SECTIONS = ['ccxt_config', 'ccxt_sync_config', 'ccxt_async_config'] as const

/**
 * freqtrade's config.json, or the private part of one.
 *
 * @throws INVALID_VALUE naming the line
 */
export function readFreqtrade(text: string): Reading {
  const section = only(entriesOf(parseJsonTree(text), 'of settings'), 'exchange', 'exchange')
  if (section === null)
    throw unreadable('has no "exchange", so it is no configuration of freqtrade')
  const entries = entriesOf(section, '"exchange"')
  // What the exchange is called has no part in how its values are found.
  const values = joinReadings([
    valuesAmong(entries, FREQTRADE_KEY_TYPES, 'exchange', ownerOf('bybit')),
    ...CCXT_SECTIONS.map((name) => {
      const inner = only(entries, name, `exchange.${name}`)
      const of = inner?.kind === 'object' ? inner.entries : []
      return valuesAmong(of, CCXT_KEY_TYPES, `exchange.${name}`, ownerOf('bybit'))
    }),
  ])
  const name = only(entries, 'name', 'exchange.name')
  return ofExchange(name?.kind === 'string' ? name.text : null, values, 'exchange.name')
}

/**
 * The same values as those of the exchange with this id of ccxt's.
 *
 * @param where says where the id stands
 */
export function ofExchange(id: string | null, values: Reading, where: string): Reading {
  const exchange = id === null ? null : ccxtExchange(id)
  if (exchange !== null) {
    const owner = ownerOf(exchange)
    return { ...values, found: values.found.map((each): Found => ({ ...each, owner })) }
  }
  const why =
    id === null
      ? `belongs to an exchange that is not named: ${where} is not there`
      : 'is of an exchange that is not supported'
  return {
    found: [],
    leftOut: [
      ...values.found.map(({ lastLine, line, name }) => ({ lastLine, line, name, why })),
      ...values.leftOut,
    ],
  }
}

/** @throws INVALID_VALUE when it is there twice */
function only(entries: readonly JsonEntry[], key: string, name: string): JsonNode | null {
  const all = entries.filter((entry) => entry.key === key)
  refuseTwice(all.map(({ value }) => placeOf(name, value.line)))
  return all[0]?.value ?? null
}
