import type { Exchange, KeyType } from '@mm-secrets/core'
import { didYouMean, KEY_TYPES, parseKeyType, SecretsError } from '@mm-secrets/core'
import type { Chosen } from './chosen.ts'
import { parseLabel } from './chosen.ts'

/** A variable and the value that it gets. */
export interface Assignment {
  readonly variable: string
  readonly chosen: Chosen
  readonly keyType: KeyType
}

/** Under which names the program gets the values. `mm-python` takes all of them in one variable. */
export type Names =
  | { readonly form: 'variables'; readonly assignments: readonly Assignment[] }
  | { readonly form: 'mm-python'; readonly chosen: readonly Chosen[] }

export const SCHEMES = ['mm', 'ccxt', 'freqtrade', 'nautilus', 'mm-python'] as const
export type Scheme = (typeof SCHEMES)[number]

/** The host that a credential belongs to, as `save --site` recorded it. */
export type SiteOf = (chosen: Chosen) => string | null

type NameOf = (exchange: Exchange, keyType: KeyType, chosen: Chosen, site: SiteOf) => string | null

/** POSIX.1-2024, XBD 8.1: names that a shell can use. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** https://github.com/ccxt/ccxt/blob/master/ts/src/test/tests.ts: `(id + '_' + credential).toUpperCase ()` */
const CCXT: Readonly<Record<KeyType, string>> = {
  api_key: 'APIKEY',
  api_secret: 'SECRET',
  api_passphrase: 'PASSWORD',
}

/** https://www.freqtrade.io/en/stable/configuration/#environment-variables: FREQTRADE__{section}__{key} */
const FREQTRADE: Readonly<Record<KeyType, string>> = {
  api_key: 'FREQTRADE__EXCHANGE__KEY',
  api_secret: 'FREQTRADE__EXCHANGE__SECRET',
  api_passphrase: 'FREQTRADE__EXCHANGE__PASSWORD',
}

/**
 * Binance knows one more host than the words of `--site`, with variables of its own.
 * https://nautilustrader.io/docs/latest/integrations/binance and https://nautilustrader.io/docs/latest/integrations/bybit
 */
const NAUTILUS_SITES: Readonly<Partial<Record<Exchange, Readonly<Record<string, string>>>>> = {
  bybit: { testnet: 'TESTNET_', demo: 'DEMO_' },
  binance: { testnet: 'TESTNET_', demo: 'DEMO_', 'futures-testnet': 'FUTURES_TESTNET_' },
}

const NAME_OF: Readonly<Record<Exclude<Scheme, 'mm-python'>, NameOf>> = {
  mm: (exchange, keyType, { ref }) =>
    upper(
      ref.account === null ? `${exchange}_${keyType}` : `${exchange}_${ref.account}_${keyType}`,
    ),
  ccxt: (exchange, keyType) => upper(`${exchange}_${CCXT[keyType]}`),
  freqtrade: (_exchange, keyType) => FREQTRADE[keyType],
  nautilus: (exchange, keyType, chosen, site) => {
    const sites = NAUTILUS_SITES[exchange]
    if (sites === undefined) return null
    return `${upper(exchange)}_${sites[site(chosen) ?? ''] ?? ''}${upper(keyType)}`
  },
}

/** @throws USAGE with a suggestion */
export function parseScheme(text: string): Scheme {
  const scheme = SCHEMES.find((known) => known === text)
  if (scheme !== undefined) return scheme
  throw new SecretsError('USAGE', `--as does not know this program.${didYouMean(text, SCHEMES)}`, {
    hint: `It is one of ${SCHEMES.join(', ')}; for anything else: --map VARIABLE=api_key.`,
  })
}

/**
 * The names that a kind of program reads.
 *
 * @throws USAGE when two credentials would get one name, or the program does not know the exchange
 */
export function schemeNames(scheme: Scheme, chosen: readonly Chosen[], site: SiteOf): Names {
  if (scheme === 'mm-python') return { form: 'mm-python', chosen }
  const assignments = chosen.flatMap((each) =>
    KEY_TYPES[each.ref.exchange].map((keyType): Assignment => {
      const variable = NAME_OF[scheme](each.ref.exchange, keyType, each, site)
      if (variable !== null) return { variable, chosen: each, keyType }
      throw new SecretsError('USAGE', `--as ${scheme} has no names for ${each.ref.exchange}.`, {
        hint: 'Name them: --map VARIABLE=api_key.',
      })
    }),
  )
  return { form: 'variables', assignments: withoutConflict(assignments) }
}

/**
 * Names that the person chose: `VAR=api_key`, where there are several credentials `VAR=bybit@hedge:api_key`.
 *
 * @throws USAGE naming what is wrong
 */
export function mappedNames(maps: readonly string[], chosen: readonly Chosen[]): Names {
  const assignments = maps.map((text): Assignment => {
    const equals = text.indexOf('=')
    const variable = text.slice(0, Math.max(0, equals))
    const colon = text.indexOf(':', equals)
    const label = colon < 0 ? null : text.slice(equals + 1, colon)
    if (!VARIABLE.test(variable)) {
      throw new SecretsError('USAGE', '--map does not begin with the name of a variable.', {
        hint: 'Write --map VARIABLE=api_key; a name has letters, digits and underscores.',
      })
    }
    const from = chosenBy(label, variable, chosen)
    const keyType = parseKeyType(text.slice((colon < 0 ? equals : colon) + 1), from.ref.exchange)
    return { variable, chosen: from, keyType }
  })
  return { form: 'variables', assignments: withoutConflict(assignments) }
}

function chosenBy(label: string | null, variable: string, chosen: readonly Chosen[]): Chosen {
  const { account, exchange } = label === null ? {} : parseLabel(label)
  const fitting = chosen.filter(
    ({ ref }) =>
      (exchange === undefined || ref.exchange === exchange) &&
      (account === undefined || ref.account === account),
  )
  const exact = fitting.find((each) => each.label === label)
  const [first] = fitting
  if (exact !== undefined) return exact
  if (first !== undefined && fitting.length === 1) return first
  const labels = chosen.map((each) => each.label)
  throw new SecretsError(
    'USAGE',
    fitting.length === 0
      ? `--map ${variable} names a credential that is not given.${didYouMean(label ?? '', labels)}`
      : `--map ${variable} does not say which credential it takes.`,
    { hint: `Write --map ${variable}=${labels.at(0) ?? 'bybit'}:api_key.` },
  )
}

function withoutConflict(assignments: readonly Assignment[]): readonly Assignment[] {
  const seen = new Map<string, Assignment>()
  for (const each of assignments) {
    const other = seen.get(each.variable)
    if (other !== undefined) {
      const labels = [...new Set([other.chosen.label, each.chosen.label])]
      throw new SecretsError(
        'USAGE',
        labels.length === 1
          ? `${each.variable} is mapped twice.`
          : `${labels.join(' and ')} would both be ${each.variable}.`,
        { hint: 'Give each its own name: --map VARIABLE=bybit@hedge:api_key.' },
      )
    }
    seen.set(each.variable, each)
  }
  return assignments
}

function upper(text: string): string {
  return text.toUpperCase().replaceAll('-', '_')
}
