import type { Redacted } from '@mm-secrets/core'
import type { FlagParametersForType } from '@stricli/core'
import type { CliContext } from '../context.ts'

/** The hosts that every exchange has; a region may have one more. */
const SITES = ['mainnet', 'testnet', 'demo'] as const

/** Text as it was typed; core judges it, so that every face says the same of a wrong word. */
export const asTyped = (input: string): string => input

export interface OutputFlags {
  readonly json?: boolean | undefined
  readonly noInput?: boolean | undefined
}

export const outputFlags: FlagParametersForType<OutputFlags, CliContext> = {
  json: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'One line of JSON, also on a terminal, and errors as JSON on stderr',
  },
  noInput: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Never ask; fail where a question would be needed',
  },
}

/** For listings: everything, or what these say. */
export interface ScopeFlags extends OutputFlags {
  readonly env?: string | undefined
  readonly exchange?: string | undefined
}

export const scopeFlags: FlagParametersForType<ScopeFlags, CliContext> = {
  env: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'ENV',
    brief: 'Only this environment (default: every one that is permitted)',
  },
  exchange: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'EXCHANGE',
    brief: 'Only bybit, binance or kucoin',
  },
  ...outputFlags,
}

/** For whatever names one credential. */
export interface CredentialFlags extends OutputFlags {
  readonly env?: string | undefined
  readonly exchange: string
  readonly account?: string | undefined
  readonly suffix?: string | undefined
  readonly admin?: boolean | undefined
}

export const credentialFlags: FlagParametersForType<CredentialFlags, CliContext> = {
  env: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'ENV',
    brief: 'dev, shadow, soak or prod (default: MM_ENV, else dev)',
  },
  exchange: {
    kind: 'parsed',
    parse: asTyped,
    placeholder: 'EXCHANGE',
    brief: 'bybit, binance or kucoin',
  },
  account: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'LABEL',
    brief: 'The account, where there are several (default: MM_ACCOUNT)',
  },
  suffix: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: '-NEW',
    brief: 'The copy that is stored beside the credential under this suffix',
  },
  admin: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'A key that can make or delete keys, kept apart under mm-admin',
  },
  ...outputFlags,
}

/** Where new values come from. */
export interface ValueFlags {
  readonly valueFile?: string | undefined
  readonly valueStdin?: boolean | undefined
  readonly keyType?: string | undefined
  readonly complete?: string | undefined
  readonly value?: Redacted | undefined
  readonly apiKey?: Redacted | undefined
  readonly apiSecret?: Redacted | undefined
  readonly apiPassphrase?: Redacted | undefined
}

export const valueFlags: FlagParametersForType<ValueFlags, CliContext> = {
  valueFile: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'FILE',
    brief: 'Read the values from a file: a JSON object, or one line per key type',
  },
  valueStdin: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Read the values from standard input, in the same forms',
  },
  keyType: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'TYPE',
    brief: 'Give one member alone: api_key, api_secret or api_passphrase',
  },
  complete: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'TICKET',
    brief: 'Join the half that another machine saved, by the ticket it printed',
  },
  value: argvValue('Deprecated: the value of --key-type, visible to every user of this machine'),
  apiKey: argvValue('Deprecated: the api_key, visible to every user of this machine'),
  apiSecret: argvValue('Deprecated: the api_secret, visible to every user of this machine'),
  apiPassphrase: argvValue('Deprecated: the api_passphrase, visible to every user of this machine'),
}

/** An option whose value was taken out of the command line before it was parsed. */
export function argvValue(brief: string): {
  readonly kind: 'parsed'
  readonly parse: (this: CliContext, place: string) => Redacted
  readonly optional: true
  readonly hidden: true
  readonly placeholder: 'VALUE'
  readonly brief: string
} {
  return {
    kind: 'parsed',
    parse(place) {
      const value = this.argvValues[Number(place)]
      if (value === undefined) throw new RangeError('There is no value in this place.')
      return value
    },
    optional: true,
    hidden: true,
    placeholder: 'VALUE',
    brief,
  }
}

/** Which host a key belongs to. */
export const siteFlag = {
  kind: 'parsed',
  parse: asTyped,
  optional: true,
  proposeCompletions: () => SITES,
  placeholder: 'SITE',
  brief: 'The host that the key belongs to: mainnet, testnet, demo, or a regional one',
} as const

/** For whatever stores values. */
export interface StoringFlags {
  readonly allowReuse?: boolean | undefined
  readonly ephemeral?: boolean | undefined
}

export const storingFlags: FlagParametersForType<StoringFlags, CliContext> = {
  allowReuse: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Take a value that is known under another environment',
  },
  ephemeral: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Store on the memory backend, although nothing there persists',
  },
}
