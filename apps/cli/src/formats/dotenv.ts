import type { KeyType } from '@mm-secrets/core'
import { Redacted } from '@mm-secrets/core'
import type { DotenvLine } from './dotenv-lines.ts'
import { splitDotenv } from './dotenv-lines.ts'
import type { Found, LeftOut, Place, Reading } from './found.ts'
import { ownerOf } from './found.ts'
import { ofExchange } from './freqtrade.ts'
import { joinReadings } from './json-values.ts'
import { readMmPython } from './mm-python.ts'
import { refuseTwice, unreadable } from './refusals.ts'
import { looksLikeValue, parseVariable } from './variable-names.ts'

const MM_PYTHON = 'MM_FAKE_SECRETS_JSON'

/**
 * freqtrade's variables for exchange.key, secret and password.
 * https://www.freqtrade.io/en/stable/configuration/#environment-variables
 */
const FREQTRADE: Readonly<Record<string, KeyType>> = {
  FREQTRADE__EXCHANGE__KEY: 'api_key',
  FREQTRADE__EXCHANGE__SECRET: 'api_secret',
  FREQTRADE__EXCHANGE__PASSWORD: 'api_passphrase',
}
const FREQTRADE_NAME = 'FREQTRADE__EXCHANGE__NAME'

const MENTIONS_VALUE =
  /(?:BYBIT|BINANCE|KUCOIN)_[A-Z0-9_]*(?:KEY|SECRET|PASS)|FREQTRADE__EXCHANGE__|MM_FAKE_SECRETS_JSON/

/** A variable's name stands near the beginning of its line. */
const MOST_LOOKED_AT = 1000

/**
 * A `.env` file, or a shell script of assignments.
 *
 * @throws INVALID_VALUE naming the lines: a variable that is there twice, a quote that is never closed, a line that
 *   names a variable of ours and is no assignment
 */
export function readDotenv(text: string): Reading {
  const { assignments, others } = splitDotenv(text)
  const odd = others.find((other) => MENTIONS_VALUE.test(other.text.slice(0, MOST_LOOKED_AT)))
  if (odd !== undefined) {
    throw unreadable(`names an exchange's variable in line ${odd.line}, which is no assignment`)
  }
  const ours = assignments.filter(({ name }) => isOurs(name))
  const live = ours.filter(({ commented }) => !commented)
  const commented = ours.filter((each) => each.commented && each.value !== '')
  refuseTwice(live)
  return joinReadings([
    variables(live),
    freqtrade(live),
    ...live.filter(({ name }) => name === MM_PYTHON).map(pythonSecrets),
    { found: [], leftOut: commented.map(left('is a comment, but still there to be read')) },
  ])
}

function isOurs(name: string): boolean {
  const known = name === MM_PYTHON || name === FREQTRADE_NAME || Object.hasOwn(FREQTRADE, name)
  return known || looksLikeValue(name)
}

function variables(lines: readonly DotenvLine[]): Reading {
  const found: Found[] = []
  const leftOut: LeftOut[] = []
  for (const each of lines) {
    if (!looksLikeValue(each.name) || each.value === '') continue
    const variable = parseVariable(each.name)
    if (variable === null) leftOut.push(left('has a name that is not understood')(each))
    else if (each.problem !== null) leftOut.push(left(each.problem)(each))
    else found.push({ ...place(each), ...variable, value: new Redacted(each.value, variable) })
  }
  return { found, leftOut }
}

function freqtrade(lines: readonly DotenvLine[]): Reading {
  const found: Found[] = []
  const leftOut: LeftOut[] = []
  for (const each of lines) {
    const keyType = Object.hasOwn(FREQTRADE, each.name) ? FREQTRADE[each.name] : undefined
    if (keyType === undefined || each.value === '') continue
    if (each.problem !== null) leftOut.push(left(each.problem)(each))
    else {
      const value = new Redacted(each.value, { keyType })
      found.push({ ...place(each), owner: ownerOf('bybit'), keyType, value })
    }
  }
  const id = lines.find(({ name }) => name === FREQTRADE_NAME)?.value ?? null
  return ofExchange(id, { found, leftOut }, FREQTRADE_NAME)
}

/** All of its values stand in this one place. */
function pythonSecrets(each: DotenvLine): Reading {
  if (each.value === '') return { found: [], leftOut: [] }
  const { found, leftOut } = readMmPython(each.value)
  const { lastLine, line } = each
  return {
    found: found.map((value) => ({ ...value, line, lastLine })),
    leftOut: leftOut.map((entry) => ({ ...entry, line, lastLine })),
  }
}

function left(why: string): (each: DotenvLine) => LeftOut {
  return (each) => ({ ...place(each), why })
}

function place({ lastLine, line, name }: DotenvLine): Place {
  return { name, line, lastLine }
}
