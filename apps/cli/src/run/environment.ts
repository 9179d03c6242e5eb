import type { Env } from '@mm-secrets/core'
import { EXCHANGES, SecretsError } from '@mm-secrets/core'
import type { Assignment, Names } from './naming.ts'

export interface EnvironmentFlags {
  readonly overwrite?: boolean | undefined
  readonly keep?: boolean | undefined
  readonly pristine?: boolean | undefined
}

/** What every program may need to find itself, its user, its terminal and its language; on Windows, to start at all. */
const PRISTINE =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|TERM|COLORTERM|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|SystemRoot|ComSpec|PATHEXT|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA)$/i

/** Our own settings, and `MM_FAKE_SECRETS_JSON`, which holds values. */
const OURS = /^(?:MM_(?!ENV$).*|SECRETS_BACKEND)$/i

/** Where any of the programs that we know keeps a value: `BYBIT_API_KEY`, `KUCOIN_PASSWORD`, `BINANCE_TESTNET_API_SECRET`. */
const EXCHANGE_VALUE = new RegExp(
  `^(?:${EXCHANGES.join('|')})_(?:[A-Z0-9_]+_)?(?:API_?KEY|(?:API_?)?SECRET(?:_?KEY)?|(?:API_?)?PASSPHRASE|PASSWORD|PRIVATE_?KEY)$`,
  'i',
)
const FREQTRADE_VALUE =
  /^FREQTRADE__EXCHANGE__(?:CCXT_(?:A?SYNC_)?CONFIG__)?(?:KEY|APIKEY|SECRET|PASSWORD|UID|PRIVATE_?KEY)$/i

/** What the program is given beside the values, and which of those still have to be set. */
export interface Surroundings {
  readonly inherited: Readonly<Record<string, string>>
  readonly names: Names
}

/**
 * The environment that the program inherits: the parent's, without our settings and any exchange's values; with
 * `pristine` next to nothing of it.
 *
 * @throws USAGE where a variable exists already and nothing says which is to win; where `keep` would give the program
 *   a part of a credential from here and a part from there
 */
export function surroundings(parent: Env, names: Names, flags: EnvironmentFlags): Surroundings {
  if (flags.overwrite === true && flags.keep === true) {
    throw new SecretsError('USAGE', 'Give --overwrite or --keep, not both.')
  }
  const passed = definedOf(parent).filter(([name]) => !flags.pristine || PRISTINE.test(name))
  const existing = new Set(passed.flatMap(([name, value]) => (value === '' ? [] : [name])))
  const { kept, set } = settle(names, existing, flags)
  const inherited = passed.filter(
    ([name]) =>
      kept.has(name) ||
      !(OURS.test(name) || EXCHANGE_VALUE.test(name) || FREQTRADE_VALUE.test(name)),
  )
  return { inherited: Object.fromEntries(inherited), names: set }
}

function definedOf(env: Env): readonly (readonly [string, string])[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
}

interface Settled {
  readonly kept: ReadonlySet<string>
  readonly set: Names
}

function settle(names: Names, existing: ReadonlySet<string>, flags: EnvironmentFlags): Settled {
  // What mm-python sets is ours, and never passed on.
  if (names.form === 'mm-python') return { kept: new Set(), set: names }
  const taken = names.assignments.filter(({ variable }) => existing.has(variable))
  if (taken.length === 0 || flags.overwrite === true) return { kept: new Set(), set: names }
  const list = taken.map(({ variable }) => variable).join(' and ')
  if (flags.keep !== true) {
    throw new SecretsError('USAGE', `${list} ${taken.length === 1 ? 'is' : 'are'} set already.`, {
      hint: 'Unset it, or say which is to win: --overwrite (the stored value) or --keep (the one that is set).',
    })
  }
  const rest = names.assignments.filter((each) => !taken.includes(each))
  const torn = rest.find(({ chosen }) => taken.some((each) => each.chosen.label === chosen.label))
  if (torn !== undefined) throw tornPair(list, torn)
  return {
    kept: new Set(taken.map(({ variable }) => variable)),
    set: { form: 'variables', assignments: rest },
  }
}

/** Half a pair from the shell and half from the store make signatures that the exchange refuses, or worse. */
function tornPair(list: string, { chosen, variable }: Assignment): SecretsError {
  return new SecretsError(
    'USAGE',
    `Of ${chosen.label} only ${list} would be kept, and ${variable} would come from the store.`,
    { hint: `Set all of them or none, or use --overwrite.` },
  )
}
