import { describe, expect, test } from 'vitest'
import { formatRef, secretName } from '../../src/credential/name.ts'
import type { CredentialRefParts } from '../../src/credential/name.ts'
import type { Env } from '../../src/runtime/deps.ts'
import { resolveRef } from '../../src/settings/resolve-ref.ts'
import { settingsFor } from './settings-for.ts'

const resolve = (env: Env, asked: Partial<CredentialRefParts>, use: 'read' | 'write' = 'read') =>
  resolveRef(settingsFor(env), { exchange: 'bybit', ...asked }, use)

test.each<[Env, Partial<CredentialRefParts>, string]>([
  [{}, {}, 'dev/bybit'],
  [{ MM_ENV: 'soak' }, {}, 'soak/bybit'],
  [{ MM_ENV: 'soak' }, { env: 'prod' }, 'prod/bybit'],
  [{ MM_ACCOUNT: 'hedge' }, {}, 'dev/bybit@hedge'],
  [{ MM_ACCOUNT: 'hedge' }, { account: 'main' }, 'dev/bybit@main'],
  [{ MM_ACCOUNT: 'hedge' }, { account: null }, 'dev/bybit'],
  [{ MM_API_KEY_SUFFIX: '-new' }, {}, 'dev/bybit/-new'],
  [{ MM_API_KEY_SUFFIX: '-new' }, { suffix: '-old' }, 'dev/bybit/-old'],
  [{ MM_API_KEY_SUFFIX: '-new' }, { suffix: null }, 'dev/bybit'],
])('with %o set and %o asked, a reader gets %s', (env, asked, ref) => {
  expect(formatRef(resolve(env, asked))).toBe(ref)
})

test('a writer ignores MM_API_KEY_SUFFIX: a forgotten variable must not divert a save', () => {
  const env = { MM_API_KEY_SUFFIX: '-new', MM_ACCOUNT: 'hedge', MM_ENV: 'shadow' }
  expect(formatRef(resolve(env, {}, 'write'))).toBe('shadow/bybit@hedge')
  expect(formatRef(resolve(env, { suffix: '-b' }, 'write'))).toBe('shadow/bybit@hedge/-b')
})

test('the namespace is the one that is set, unless another is asked for', () => {
  const env = { MM_SECRETS_NAMESPACE: 'desk' }
  expect(secretName(resolve(env, {}), 'api_key')).toBe('desk/dev/bybit/api_key')
  const admin = resolve(env, { namespace: 'mm-admin' })
  expect(secretName(admin, 'api_key')).toBe('mm-admin/dev/bybit/api_key')
})

describe('USAGE names the part', () => {
  test.each<[Partial<CredentialRefParts>, string]>([
    [{ env: '' }, 'environment'],
    [{ env: 'prd' }, 'environment'],
    [{ exchange: 'bybt' }, 'exchange'],
    [{ account: '' }, 'account'],
    [{ suffix: '' }, 'suffix'],
    [{ namespace: '' }, 'namespace'],
  ])('%o', (asked, part) => {
    expect(() => resolve({}, asked)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(part) as string }),
    )
  })

  test('no exchange at all', () => {
    expect(() => resolveRef(settingsFor({}), {}, 'read')).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'No exchange was named.',
        hint: 'Name one of bybit, binance, kucoin.',
      }),
    )
  })
})
