import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KucoinQueryParameters } from '../src/index.ts'
import { kucoinQuery } from '../src/index.ts'
import { expectRefusal } from './refusal.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const parameters = fc.dictionary(name, fc.oneof(text, fc.boolean(), fc.integer()), {
  maxKeys: 6,
  noNullPrototype: true,
})

describe('a query', () => {
  test('keeps the order, leaves out what is undefined and encodes each value once', () => {
    const query = kucoinQuery({
      category: 'linear',
      settleCoin: undefined,
      limit: 50,
      cursor: 'page_token%3D5 + é',
      onlyOpen: false,
      note: '',
      price: 0.000001,
    })
    expect(query).toBe(
      'category=linear&limit=50&cursor=page_token%253D5%20%2B%20%C3%A9&onlyOpen=false&note=&price=0.000001',
    )
    expect(kucoinQuery({})).toBe('')
  })

  test('is read back by a strict server as it was given', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        const query = kucoinQuery(given)
        const url = new URL(`https://api.kucoin.com/api/v1/x${query === '' ? '' : '?'}${query}`)
        expect(url.search.slice(1)).toBe(query)
        expect([...url.searchParams]).toEqual(
          Object.entries(given).map(([key, value]) => [key, String(value)]),
        )
      }),
    )
  })

  test.each<[string, unknown, RegExp]>([
    ['null', null, /parameter qty is null/],
    ['NaN', Number.NaN, /parameter qty is NaN or infinite/],
    ['Infinity', -Infinity, /parameter qty is NaN or infinite/],
    ['a BigInt', 10n, /parameter qty is a BigInt/],
    ['a list', ['BTCUSDT'], /parameter qty is a list/],
    ['an object', { a: 1 }, /parameter qty is an object/],
    ['a Date', new Date(0), /parameter qty is an object/],
    ['a function', () => 1, /parameter qty is a function/],
    ['a symbol', Symbol('x'), /parameter qty is a symbol/],
    ['an integer beyond 2^53', 2 ** 53, /parameter qty is an integer beyond 2\^53/],
    ['a number with an exponent', 1e-7, /parameter qty is so small/],
    ['half a character', 'a\udc00', /parameter qty has half a character/],
  ])('refuses %s by the parameter’s name', (_, value, message) => {
    const given = { symbol: 'BTCUSDT', qty: value } as KucoinQueryParameters
    expectRefusal(() => kucoinQuery(given), 'USAGE', message)
  })

  test('refuses what is not a plain object, and a parameter without a name', () => {
    const notPlain = [null, 'a=1', ['a'], new Map([['a', '1']]), new URLSearchParams('a=1')]
    for (const given of notPlain as unknown[] as KucoinQueryParameters[]) {
      expectRefusal(() => kucoinQuery(given), 'USAGE', /parameters are not a plain object/)
    }
    expectRefusal(() => kucoinQuery({ '': 1 }), 'USAGE', /parameter has no name/)
  })
})
