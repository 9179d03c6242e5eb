import { SecretsError } from '../errors/secrets-error.ts'
import type { Env } from '../runtime/deps.ts'
import { readVariable } from './environment-variables.ts'

/**
 * Those of the services that are asked for secrets, and of those that give credentials: a token of single sign-on
 * goes to the latter. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
const AWS_ENDPOINT_VARIABLES = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_CLOUDTRAIL',
  'AWS_ENDPOINT_URL_SSO',
  'AWS_ENDPOINT_URL_SSO_OIDC',
  'AWS_ENDPOINT_URL_SIGNIN',
]

/** 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1 (RFC 4291, section 2.5.3), and the name of both. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Refuses an AWS endpoint over which secrets, or the token of a session, would travel in clear.
 *
 * The SDK reads these variables itself, and takes an empty one as unset.
 *
 * @throws CONFIG naming the variable
 */
export function checkAwsEndpoints(env: Env): void {
  for (const name of AWS_ENDPOINT_VARIABLES) {
    if (env[name] === '') continue
    readVariable(env, name, (text) => {
      const url = parseEndpoint(text)
      if (url.protocol === 'https:' || LOOPBACK.test(url.hostname)) return
      throw new SecretsError('USAGE', 'It is http: and not on this machine.', {
        hint: 'Use https:, or http: on 127.0.0.1, [::1] or localhost.',
      })
    })
  }
}

/**
 * The server on this machine that stands in for the exchanges.
 *
 * @returns its origin, `http://127.0.0.1:8080`, or null
 * @throws CONFIG when it is not on loopback: signed requests must not be led elsewhere
 */
export function exchangeEndpoint(env: Env): string | null {
  return readVariable(env, 'MM_EXCHANGE_ENDPOINT', (text) => {
    const url = parseEndpoint(text)
    if (LOOPBACK.test(url.hostname)) return url.origin
    throw new SecretsError('USAGE', 'It is not on this machine.', {
      hint: 'It may name 127.0.0.1, [::1] or localhost only, such as http://127.0.0.1:8080.',
    })
  })
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.password === ''
  ) {
    return url
  }
  throw new SecretsError('USAGE', 'It is not a web address.', {
    hint: 'Give scheme, host and port without a user, such as https://vault.example:8443.',
  })
}
