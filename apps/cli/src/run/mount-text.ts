import { didYouMean, memberEntries, SecretsError } from '@mm-secrets/core'
import type { Chosen } from './chosen.ts'
import { dotenv } from './dotenv.ts'
import type { Names } from './naming.ts'
import type { Held } from './variables.ts'
import { credentialOf, valuesOf } from './variables.ts'

export const FORMATS = ['dotenv', 'json', 'freqtrade'] as const
export type Format = (typeof FORMATS)[number]

/** @throws USAGE with a suggestion */
export function parseFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text)
  if (format !== undefined) return format
  throw new SecretsError(
    'USAGE',
    `--format is none that a file can have.${didYouMean(text, FORMATS)}`,
    {
      hint: `It is one of ${FORMATS.join(', ')}.`,
    },
  )
}

/** What the mounted file says. @throws INVALID_VALUE for a value that the format cannot hold */
export function mountText(
  format: Format,
  names: Names,
  chosen: readonly Chosen[],
  held: Held,
): string {
  switch (format) {
    case 'dotenv':
      return dotenv(valuesOf(names, held))
    case 'json':
      return document(Object.fromEntries(chosen.map((each) => [each.label, stored(each, held)])))
    case 'freqtrade':
      return document({ exchange: freqtradeExchange(chosen, held) })
  }
}

/** The stored form of a credential, as JSON layout has it. */
function stored(chosen: Chosen, held: Held): Readonly<Record<string, string>> {
  const { members, ref } = credentialOf(chosen, held)
  return {
    ...Object.fromEntries(
      memberEntries(ref.exchange, members).map(([keyType, value]) => [keyType, value.reveal()]),
    ),
    ...(ref.account === null ? {} : { account: ref.account }),
    env: ref.env,
    exchange: ref.exchange,
  }
}

/** https://www.freqtrade.io/en/stable/configuration/#configuration-parameters: exchange.name, key, secret, password */
function freqtradeExchange(
  [first]: readonly Chosen[],
  held: Held,
): Readonly<Record<string, string>> {
  if (first === undefined) throw new RangeError('No credential was chosen.')
  const { members, ref } = credentialOf(first, held)
  return {
    name: ref.exchange,
    key: members.api_key.reveal(),
    secret: members.api_secret.reveal(),
    ...(members.api_passphrase === undefined ? {} : { password: members.api_passphrase.reveal() }),
  }
}

function document(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
