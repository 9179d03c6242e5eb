import type { Environment } from '../credential/exchange.ts'
import { EXCHANGES, KEY_TYPES } from '../credential/exchange.ts'
import type { Namespace, SecretName } from '../credential/name.ts'
import { credentialRef, parseSecretName, sameRef, secretName } from '../credential/name.ts'
import { Redacted } from '../credential/redacted.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Env } from '../runtime/deps.ts'
import { parseJson } from './json.ts'

const VARIABLE = 'MM_FAKE_SECRETS_JSON'

/**
 * A name with a typing error may be repeated; what could be a value in its place may not. No exchange issues keys of
 * lower-case letters alone.
 */
const HARMLESS_NAME = /^[a-z]+(?:-[a-z]+)*(?:\/[a-z_@-]{1,24}){1,3}$/

/**
 * The secrets in `MM_FAKE_SECRETS_JSON`: an object of stored name and value.
 *
 * @throws CONFIG naming the entry, never a value
 */
export function fakeSecrets(env: Env): ReadonlyMap<SecretName, Redacted> {
  const text = env[VARIABLE]
  const seed = new Map<SecretName, Redacted>()
  if (text === undefined) return seed
  const content = parseJson(text, VARIABLE)
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw malformed('is not an object of names and values')
  }
  Object.entries(content).forEach(([name, value], index) => {
    const parsed = parseSecretName(name)
    if (parsed === null) {
      const shown = HARMLESS_NAME.test(name) ? ` (${name})` : ''
      throw malformed(`has no valid name in entry ${index + 1}${shown}`)
    }
    if (typeof value !== 'string') throw malformed(`has no text as the value of ${name}`)
    if (value === '') throw malformed(`has an empty value for ${name}`)
    seed.set(secretName(parsed.ref, parsed.member), new Redacted(value))
  })
  return seed
}

/**
 * The secrets in `BYBIT_API_KEY`, `BYBIT_API_SECRET` and their like, as credentials of one environment.
 *
 * Values are taken as they are; an empty variable counts as unset, as everywhere in a shell. Half a pair stays half.
 */
export function exchangeVariables(
  env: Env,
  namespace: Namespace,
  environment: Environment,
): ReadonlyMap<SecretName, Redacted> {
  const seed = new Map<SecretName, Redacted>()
  for (const exchange of EXCHANGES) {
    const ref = credentialRef({ namespace, env: environment, exchange })
    for (const keyType of KEY_TYPES[exchange]) {
      const value = env[`${exchange}_${keyType}`.toUpperCase()]
      if (value) seed.set(secretName(ref, keyType), new Redacted(value))
    }
  }
  return seed
}

/**
 * Both sources in one. A credential of which `first` has any part is taken from it alone: members from two places
 * were never saved together.
 */
export function mergeSeeds(
  first: ReadonlyMap<SecretName, Redacted>,
  second: ReadonlyMap<SecretName, Redacted>,
): ReadonlyMap<SecretName, Redacted> {
  const taken = [...first.keys()].flatMap((name) => parseSecretName(name)?.ref ?? [])
  const rest = [...second].filter(([name]) => {
    const parsed = parseSecretName(name)
    return parsed !== null && !taken.some((ref) => sameRef(ref, parsed.ref))
  })
  return new Map([...first, ...rest])
}

function malformed(problem: string): SecretsError {
  return new SecretsError('CONFIG', `${VARIABLE} ${problem}.`, {
    hint: 'It is a JSON object such as {"mm-bot/prod/bybit/api_key":"…","mm-bot/prod/bybit/api_secret":"…"}.',
  })
}
