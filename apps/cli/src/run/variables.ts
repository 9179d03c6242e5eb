import type { Credential } from '@mm-secrets/core'
import { memberEntries, secretName, SecretsError } from '@mm-secrets/core'
import type { Chosen } from './chosen.ts'
import type { Assignment, Names } from './naming.ts'

/** The credentials that were read, by label. */
export type Held = ReadonlyMap<string, Credential>

/**
 * What Python's int() and float() take, or what stands for a boolean: freqtrade turns these into something that is no
 * text any more, but for a password.
 * https://github.com/freqtrade/freqtrade/blob/develop/freqtrade/configuration/environment_vars.py
 */
const READ_AS_OTHER =
  /^\s*(?:[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?|[+-]?(?:inf(?:inity)?|nan)|t|true|f|false|\[.*\])\s*$/is

/** Variables and their values. @throws INVALID_VALUE for a value that no variable can hold */
export function valuesOf(names: Names, held: Held): ReadonlyMap<string, string> {
  if (names.form === 'mm-python') return pythonVariables(names.chosen, held)
  return new Map(names.assignments.map((each) => [each.variable, valueOf(each, held)]))
}

function valueOf({ chosen, keyType, variable }: Assignment, held: Held): string {
  const value = credentialOf(chosen, held).members[keyType]
  if (value === undefined) {
    throw new SecretsError('INCOMPLETE', `${chosen.label} has no ${keyType}.`)
  }
  const text = value.reveal()
  if (text.includes('\0')) throw unfit(chosen, keyType, 'has a NUL character')
  if (/^FREQTRADE__EXCHANGE__(?:KEY|SECRET)$/.test(variable) && READ_AS_OTHER.test(text)) {
    throw unfit(chosen, keyType, 'looks like a number, which freqtrade would make of it')
  }
  return text
}

/** The one variable of the Python tool, whose memory backend serves what it holds. */
function pythonVariables(chosen: readonly Chosen[], held: Held): ReadonlyMap<string, string> {
  const stored: Record<string, string> = {}
  for (const each of chosen) {
    const { members, ref } = credentialOf(each, held)
    // The program asks for the plain name: that it gets a copy under a suffix is decided here.
    const plain = { ...ref, suffix: null }
    for (const [keyType, value] of memberEntries(ref.exchange, members)) {
      stored[secretName(plain, keyType)] = value.reveal()
    }
  }
  return new Map([
    ['MM_FAKE_SECRETS_JSON', JSON.stringify(stored)],
    ['SECRETS_BACKEND', 'memory'],
    ...chosen.slice(0, 1).map(({ ref }) => ['MM_ENV', ref.env] as const),
  ])
}

export function credentialOf(chosen: Chosen, held: Held): Credential {
  const credential = held.get(chosen.label)
  if (credential === undefined) throw new RangeError('A credential was not read.')
  return credential
}

function unfit(chosen: Chosen, keyType: string, problem: string): SecretsError {
  return new SecretsError('INVALID_VALUE', `The ${keyType} of ${chosen.label} ${problem}.`, {
    hint: 'Give it in a file instead: --mount FILE --format json, or --format freqtrade.',
  })
}
