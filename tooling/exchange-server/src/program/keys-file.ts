import type { NewBinanceKey } from '../binance/binance-key.ts'
import type { NewBybitKey } from '../bybit/bybit-key.ts'
import { EXCHANGES } from '../exchange/exchange.ts'
import type { NewKucoinKey } from '../kucoin/kucoin-key.ts'

export interface KeysFile {
  readonly bybit: readonly NewBybitKey[]
  readonly binance: readonly NewBinanceKey[]
  readonly kucoin: readonly NewKucoinKey[]
}

/** Members of a key and what they are; those of one exchange alone are harmless with the others. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  apiKey: isText,
  secret: isText,
  publicKey: isText,
  passphrase: isText,
  site: isText,
  name: isText,
  note: isText,
  uid: isWhole,
  masterUid: (value) => value === null || isWhole(value),
  ips: (value) => Array.isArray(value) && value.every(isText),
  createdAt: isWhole,
  expiresAt: (value) => value === null || isWhole(value),
  permissions: (value) => typeof value === 'object' && value !== null,
  readOnly: (value) => typeof value === 'boolean',
  version: (value) => value === 1 || value === 2 || value === 3,
}

/**
 * @param text JSON
 * @throws Error that names what is wrong, and no value
 */
export function parseKeysFile(text: string): KeysFile {
  const file = parse(text)
  for (const name of Object.keys(file)) {
    if (!(EXCHANGES as readonly string[]).includes(name)) {
      throw new Error(`The file of keys names '${name}'; it may have ${EXCHANGES.join(', ')}.`)
    }
  }
  return {
    bybit: keysOf(file, 'bybit', []) as readonly NewBybitKey[],
    binance: keysOf(file, 'binance', []) as readonly NewBinanceKey[],
    kucoin: keysOf(file, 'kucoin', ['passphrase']) as readonly NewKucoinKey[],
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // The parser's message would quote the file.
  }
  throw new Error('The file of keys is not a JSON object.')
}

function keysOf(
  file: Readonly<Record<string, unknown>>,
  exchange: string,
  alsoRequired: readonly string[],
): readonly unknown[] {
  const list = file[exchange] ?? []
  if (!Array.isArray(list)) throw new Error(`${exchange} is a list of keys.`)
  return list.map((key: unknown, at) => {
    const where = `${exchange}[${at}]`
    if (!isObject(key)) throw new Error(`${where} is an object.`)
    for (const name of ['apiKey', 'uid', ...alsoRequired]) {
      if (key[name] === undefined) throw new Error(`${where} has no ${name}.`)
    }
    for (const [name, value] of Object.entries(key)) {
      const holds = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined
      if (holds === undefined) throw new Error(`${where}: there is no '${name}'.`)
      if (!holds(value)) throw new Error(`${where}: ${name} is not as it has to be.`)
    }
    return key
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
