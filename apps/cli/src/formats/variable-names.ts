import type { Exchange, KeyType } from '@mm-secrets/core'
import { EXCHANGES } from '@mm-secrets/core'
import type { Owner } from './found.ts'
import { ownerOf } from './found.ts'

/** What a variable holds, by its name. */
export interface Variable {
  readonly owner: Owner
  readonly keyType: KeyType
}

/**
 * How the tools around these exchanges end the names of their variables.
 *
 * `_API_KEY`, `_API_SECRET`, `_API_PASSPHRASE`: this tool, and
 * https://nautilustrader.io/docs/latest/integrations/bybit, …/binance.
 * `_APIKEY`, `_SECRET`, `_PASSWORD`: ccxt, https://github.com/ccxt/ccxt/blob/master/ts/src/test/tests.ts.
 * `_SECRET_KEY`, `_API_SECRET_KEY`, `_PASSPHRASE`: bots that were written by hand; Binance calls its secret "Secret Key".
 */
const ENDINGS: Readonly<Record<KeyType, string>> = {
  api_key: 'API_KEY|APIKEY',
  api_secret: 'API_SECRET|API_SECRET_KEY|APISECRET|SECRET|SECRET_KEY',
  api_passphrase: 'API_PASSPHRASE|PASSPHRASE|API_PASSWORD|PASSWORD',
}

/** Hosts of an exchange for which nautilus has variables of their own; any other word is an account. */
const SITES: Readonly<Record<string, string>> = {
  MAINNET: 'mainnet',
  TESTNET: 'testnet',
  DEMO: 'demo',
  FUTURES_TESTNET: 'futures-testnet',
}

const PREFIX = EXCHANGES.join('|').toUpperCase()

/** The label is taken only where there is no other way: BYBIT_API_SECRET_KEY has none. */
const FORMS = Object.entries(ENDINGS).map(
  ([keyType, endings]) =>
    [keyType as KeyType, new RegExp(`^(${PREFIX})_(?:([A-Z0-9_]+?)_)??(?:${endings})$`)] as const,
)

const SUSPICIOUS = new RegExp(`^(?:${PREFIX})_.*(?:KEY|SECRET|PASS)`, 'i')

/** @returns null for a variable that is none of an exchange's values */
export function parseVariable(name: string): Variable | null {
  for (const [keyType, form] of FORMS) {
    const [, exchange, label] = form.exec(name) ?? []
    if (exchange === undefined) continue
    return { owner: labelled(exchange.toLowerCase() as Exchange, label), keyType }
  }
  return null
}

/** Whether a variable that is not understood may hold a value all the same. */
export function looksLikeValue(name: string): boolean {
  return SUSPICIOUS.test(name)
}

/** `run` and `export` write the account `desk-2` as `DESK_2`. */
function labelled(exchange: Exchange, label: string | undefined): Owner {
  if (label === undefined) return ownerOf(exchange)
  const site = SITES[label]
  if (site !== undefined) return ownerOf(exchange, { site })
  return ownerOf(exchange, { account: label.toLowerCase().replaceAll('_', '-') })
}
