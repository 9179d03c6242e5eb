import { SecretsError } from '../errors/secrets-error.ts'
import { didYouMean } from '../errors/suggestion.ts'
import type { Branded } from './brand.ts'
import type { Environment, Exchange, KeyType } from './exchange.ts'
import {
  ALL_KEY_TYPES,
  ENVIRONMENTS,
  EXCHANGES,
  KEY_TYPES,
  isEnvironment,
  isExchange,
  isKeyType,
} from './exchange.ts'

/** A label where a desk has several accounts at one exchange: `hedge`. */
export type Account = Branded<'Account'>
/** A parallel copy under another name, for testing before promotion: `-new`. */
export type Suffix = Branded<'Suffix'>
/** What every name begins with: `mm-bot`, or `mm-admin` for keys that can mint or delete keys. */
export type Namespace = Branded<'Namespace'>
/** `mm-bot/prod/bybit@hedge/api_key-new`: valid by AWS's rules. */
export type SecretName = Branded<'SecretName'>

export const DEFAULT_NAMESPACE = 'mm-bot' as Namespace
/** Where exchange admin keys live, apart: the rotation role alone reads them. */
export const ADMIN_NAMESPACE = 'mm-admin' as Namespace

/** One credential: an exchange (and account) in one environment, or its copy under a suffix. */
export interface CredentialRef {
  readonly namespace: Namespace
  readonly env: Environment
  readonly exchange: Exchange
  readonly account: Account | null
  readonly suffix: Suffix | null
}

export interface CredentialRefParts {
  readonly env: string
  readonly exchange: string
  readonly account?: string | null
  readonly suffix?: string | null
  readonly namespace?: string
}

const ACCOUNT = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const SUFFIX = /^-[a-z0-9]+$/
const NAMESPACE = /^[A-Za-z0-9_+=.@-]+$/

/** AWS Secrets Manager, CreateSecret: "The secret name can be up to 512 characters". */
const MAX_NAME_LENGTH = 512

/**
 * A name that ends in a hyphen and six characters is read as a complete ARN where it is used as a partial one.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
const READ_AS_COMPLETE_ARN = /-.{6}$/

/**
 * The only maker of a ref, so that whoever holds one holds a valid one.
 *
 * @param parts what a person or a setting named
 * @throws USAGE naming the part that is wrong and what it may be
 */
export function credentialRef(parts: CredentialRefParts): CredentialRef {
  const ref: CredentialRef = Object.freeze({
    namespace: parseNamespace(parts.namespace ?? DEFAULT_NAMESPACE),
    env: parseEnvironment(parts.env),
    exchange: parseExchange(parts.exchange),
    account: parts.account == null ? null : parseAccount(parts.account),
    suffix: parts.suffix == null ? null : parseSuffix(parts.suffix),
  })
  refuseUnsafeNames(ref)
  return ref
}

/** @throws USAGE with a suggestion */
export function parseEnvironment(text: string): Environment {
  if (isEnvironment(text)) return text
  throw unknownWord('environment', text, ENVIRONMENTS)
}

/** @throws USAGE with a suggestion */
export function parseExchange(text: string): Exchange {
  if (isExchange(text)) return text
  throw unknownWord('exchange', text, EXCHANGES)
}

/**
 * A key type that this exchange has.
 *
 * @throws USAGE with a suggestion
 */
export function parseKeyType(text: string, exchange: Exchange): KeyType {
  const members: readonly KeyType[] = KEY_TYPES[exchange]
  if (!isKeyType(text)) throw unknownWord('key type', text, members)
  if (members.includes(text)) return text
  throw new SecretsError('USAGE', `A ${exchange} credential has no ${text}.`, {
    hint: `Its key types are ${members.join(', ')}.`,
  })
}

/** @throws USAGE when it is not lower-case letters, digits and inner hyphens */
export function parseAccount(text: string): Account {
  if (ACCOUNT.test(text)) return text as Account
  throw new SecretsError('USAGE', 'The account is not a valid label.', {
    hint: 'An account is lower-case letters, digits and inner hyphens, such as hedge or desk-2.',
  })
}

/** @throws USAGE when it is not a hyphen and lower-case letters or digits */
export function parseSuffix(text: string): Suffix {
  if (SUFFIX.test(text)) return text as Suffix
  throw new SecretsError('USAGE', 'The suffix is not valid.', {
    hint: 'A suffix is a hyphen and lower-case letters or digits, such as -new.',
  })
}

/** @throws USAGE when AWS would not take it as the first part of a name */
export function parseNamespace(text: string): Namespace {
  if (NAMESPACE.test(text)) return text as Namespace
  throw new SecretsError('USAGE', 'The namespace is not valid.', {
    hint: 'A namespace is letters, digits and _ + = . @ - without a slash, such as mm-bot.',
  })
}

/**
 * How messages and typed confirmations name a credential: `prod/bybit@hedge`, its copy `prod/bybit@hedge/-new`.
 * The slash keeps the copy `-new` of the account `hedge` apart from an account `hedge-new`.
 */
export function formatRef(ref: CredentialRef): string {
  const admin = ref.namespace === ADMIN_NAMESPACE ? `${ADMIN_NAMESPACE}/` : ''
  const copy = ref.suffix === null ? '' : `/${ref.suffix}`
  return `${admin}${ref.env}/${place(ref)}${copy}`
}

/**
 * The stored name of a member, or in JSON layout of the whole credential.
 *
 * @throws USAGE for the JSON name of a suffix copy: copies are always in pair layout
 */
export function secretName(ref: CredentialRef, member: KeyType | 'json'): SecretName {
  const base = `${ref.namespace}/${ref.env}/${place(ref)}`
  if (member !== 'json') return `${base}/${member}${ref.suffix ?? ''}` as SecretName
  if (ref.suffix === null) return base as SecretName
  throw new SecretsError('USAGE', `${formatRef(ref)} cannot be stored in JSON layout.`, {
    hint: 'A copy under a suffix is always in pair layout.',
  })
}

/**
 * Which credential and member a stored name belongs to.
 *
 * @returns null for a name that is not of this form; `secretName` of the answer gives the name back
 */
export function parseSecretName(
  name: string,
): { readonly ref: CredentialRef; readonly member: KeyType | 'json' } | null {
  const [namespace, env, exchangeAndAccount, last, ...rest] = name.split('/')
  if (namespace === undefined || env === undefined || exchangeAndAccount === undefined) return null
  if (rest.length > 0) return null
  const at = exchangeAndAccount.indexOf('@')
  const exchange = at < 0 ? exchangeAndAccount : exchangeAndAccount.slice(0, at)
  const account = at < 0 ? null : exchangeAndAccount.slice(at + 1)
  const member = last === undefined ? { keyType: 'json' as const, suffix: null } : splitMember(last)
  if (member === null || !isEnvironment(env) || !isExchange(exchange)) return null
  if (member.keyType !== 'json' && !KEY_TYPES[exchange].includes(member.keyType)) return null
  try {
    const ref = credentialRef({ namespace, env, exchange, account, suffix: member.suffix })
    return { ref, member: member.keyType }
  } catch {
    return null
  }
}

/** Whether two refs name the same credential. */
export function sameRef(a: CredentialRef, b: CredentialRef): boolean {
  return secretName(a, 'api_key') === secretName(b, 'api_key')
}

function place(ref: CredentialRef): string {
  return ref.account === null ? ref.exchange : `${ref.exchange}@${ref.account}`
}

function splitMember(
  last: string,
): { readonly keyType: KeyType; readonly suffix: string | null } | null {
  for (const keyType of ALL_KEY_TYPES) {
    if (last === keyType) return { keyType, suffix: null }
    if (last.startsWith(`${keyType}-`)) return { keyType, suffix: last.slice(keyType.length) }
  }
  return null
}

function refuseUnsafeNames(ref: CredentialRef): void {
  // An account is refused in both layouts where one of them would be unsafe, so that `migrate` always works.
  const names = KEY_TYPES[ref.exchange].map((keyType) => secretName(ref, keyType))
  if (ref.suffix === null) names.push(secretName(ref, 'json'))
  for (const name of names) {
    if (name.length > MAX_NAME_LENGTH) {
      throw new SecretsError('USAGE', `The name of ${formatRef(ref).slice(0, 40)}… is too long.`, {
        hint: `A stored name has at most ${MAX_NAME_LENGTH} characters; this one would have ${name.length}.`,
      })
    }
    if (READ_AS_COMPLETE_ARN.test(name)) {
      const part = ref.suffix === null ? `account ${ref.account ?? ''}` : `suffix ${ref.suffix}`
      throw new SecretsError(
        'USAGE',
        `The ${part} ends the name ${name} in a hyphen and six characters.`,
        {
          hint: 'AWS takes such a name for a complete ARN and finds another secret; choose a shorter or longer one.',
        },
      )
    }
  }
}

function unknownWord(field: string, typed: string, known: readonly string[]): SecretsError {
  // What was typed is not repeated: a value may have been put in the wrong place.
  return new SecretsError('USAGE', `Unknown ${field}.${didYouMean(typed, known)}`, {
    hint: `The ${field} is one of ${known.join(', ')}.`,
  })
}
