import type { CredentialRefParts, CredentialState, KeyType } from '@mm-secrets/core'
import { credentialRef } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { compareStates, placeOf } from '../../../src/comparing/compare.ts'

type Prints = Partial<Record<KeyType, string>>

/** A credential whose versions have these fingerprints, the current one first. */
function state(
  parts: Partial<CredentialRefParts>,
  versions: readonly Prints[],
  rest: Partial<CredentialState> = {},
): CredentialState {
  const ref = credentialRef({ env: 'dev', exchange: 'bybit', ...parts })
  return {
    ref,
    layout: 'pair',
    condition: 'whole',
    missing: [],
    current: 'v0' as never,
    previous: null,
    versions: versions.map((fingerprints, index) => ({
      id: `v${index}` as never,
      stages: [],
      ours: true,
      frozen: false,
      metadata: {
        ...{ createdAt: 0, site: null, expiresAt: null, exposedAt: null, revokedAt: null },
        ...{ copyOf: null, fingerprints: fingerprints as never },
      },
    })),
    pending: [],
    deletedUntil: null,
    asWritten: null,
    arns: {},
    ...rest,
  }
}

const prod = (parts: Partial<CredentialRefParts> = {}) => ({ env: 'prod', ...parts })
const relations = (first: CredentialState[], second: CredentialState[]) =>
  compareStates(first, second).pairs.map((pair) => [placeOf(pair.state), pair.relation])

const A = { api_key: 'a', api_secret: 'b' }
const B = { api_key: 'c', api_secret: 'd' }

test('the same names with other values are different, as they should be', () => {
  expect(relations([state({}, [A])], [state(prod(), [B])])).toEqual([['bybit', 'different']])
})

test('what one side lacks is told by the side', () => {
  const first = [state({ account: 'hedge' }, [A])]
  const second = [state(prod({ exchange: 'binance' }), [B])]
  expect(relations(first, second)).toEqual([
    ['binance', 'second-only'],
    ['bybit@hedge', 'first-only'],
  ])
})

test('one shared member makes a credential the same', () => {
  const comparison = compareStates(
    [state({}, [A])],
    [state(prod(), [{ api_key: 'x', api_secret: 'b' }])],
  )
  expect(comparison.pairs.map(({ relation }) => relation)).toEqual(['same'])
  expect(comparison.shared).toEqual([
    { first: 'dev/bybit', second: 'prod/bybit', keyType: 'api_secret' },
  ])
})

test('a value counts under another account, and in an old or deleted version', () => {
  const first = [state({ account: 'hedge' }, [B, A])]
  const deleted = state(prod(), [{ api_key: 'x', api_secret: 'y' }, A], { deletedUntil: 1 })
  expect(compareStates(first, [deleted])).toMatchObject({
    pairs: [{ relation: 'first-only' }],
    shared: [
      { first: 'dev/bybit@hedge', second: 'prod/bybit', keyType: 'api_key' },
      { first: 'dev/bybit@hedge', second: 'prod/bybit', keyType: 'api_secret' },
    ],
  })
})

test('what has no fingerprint cannot be told apart, and is not taken for different', () => {
  const half = { api_key: 'a' }
  expect(relations([state({}, [half])], [state(prod(), [B])])).toEqual([['bybit', 'unknown']])
  expect(relations([state({}, [A])], [state(prod(), [{}])])).toEqual([['bybit', 'unknown']])
})

test('a passphrase, which never has one, is not missed', () => {
  const kucoin = { exchange: 'kucoin' }
  expect(relations([state(kucoin, [A])], [state(prod(kucoin), [B])])).toEqual([
    ['kucoin', 'different'],
  ])
})

test('half a credential is not there yet', () => {
  const half = state({}, [{ api_key: 'a' }], { current: null, condition: 'incomplete' })
  expect(relations([half], [state(prod(), [B])])).toEqual([['bybit', 'second-only']])
})
