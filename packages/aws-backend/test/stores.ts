import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Call, Env, SecretName, VersionId } from '@mm-secrets/core'
import { Redacted, newCall, systemClock } from '@mm-secrets/core'
import type { AwsSecretStoreOptions } from '../src/index.ts'

export const REGION = 'us-east-1'

/** What a server without policies knows. */
export const TEST_KEYS: Env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }

/** Everything that the SDK takes from a process is said here, so that the developer's own profile reaches no test. */
export function optionsFor(
  url: string,
  changes: Partial<AwsSecretStoreOptions> = {},
): AwsSecretStoreOptions {
  return {
    region: REGION,
    profile: null,
    clock: systemClock,
    randomness: (bytes) => randomBytes(bytes),
    kmsKey: null,
    tags: {},
    ...changes,
    env: { AWS_ENDPOINT_URL: url, ...TEST_KEYS, ...changes.env },
  }
}

export function nameOf(text: string): SecretName {
  return text as SecretName
}

export const NAME: SecretName = nameOf('mm-bot/dev/bybit/api_key')

export function newId(): VersionId {
  return randomUUID() as VersionId
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** In the shape of an exchange's secret. */
export function newValue(length = 36): Redacted {
  return new Redacted(Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join(''))
}

export function call(signal?: AbortSignal): Call {
  return newCall(systemClock, signal)
}
