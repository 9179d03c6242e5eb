import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KucoinBodyParameters, KucoinBodyValue } from '../src/index.ts'
import { kucoinBody } from '../src/index.ts'
import { expectRefusal } from './refusal.ts'

const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.boolean(), fc.integer())
const bodies = fc.letrec<{ value: KucoinBodyValue; body: KucoinBodyParameters }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('body') as fc.Arbitrary<KucoinBodyValue>,
  ),
  body: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
}))

describe('a body', () => {
  test('is JSON in the order given, without what is undefined', () => {
    const body = kucoinBody({
      category: 'linear',
      price: undefined,
      request: [{ symbol: 'BTCUSDT', qty: '0.001', reduceOnly: false, tag: undefined }],
    })
    expect(body).toBe(
      '{"category":"linear","request":[{"symbol":"BTCUSDT","qty":"0.001","reduceOnly":false}]}',
    )
  })

  test('is read back as it was given', () => {
    fc.assert(
      fc.property(bodies.body, (given) => {
        const read: unknown = JSON.parse(kucoinBody(given))
        expect(JSON.stringify(read)).toBe(JSON.stringify(given))
      }),
    )
  })

  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  test.each<[string, unknown, RegExp]>([
    ['null', { qty: null }, /parameter qty is null/],
    ['NaN', { request: [{ qty: Number.NaN }] }, /parameter request\[0\]\.qty is NaN/],
    ['a BigInt', { orders: { id: 1n } }, /parameter orders\.id is a BigInt/],
    ['undefined in a list', { ids: ['a', undefined] }, /parameter ids\[1\] is undefined/],
    ['a Date', { at: new Date(0) }, /parameter at is an object/],
    ['a Map', { at: new Map() }, /parameter at is an object/],
    ['a toJSON of its own', { at: { toJSON: () => 'x' } }, /parameter at\.toJSON is a function/],
    ['an integer beyond 2^53', { id: 2 ** 60 }, /parameter id is an integer beyond/],
    ['a cycle', cycle, /parameter self\.self.* is nested too deeply/],
    ['a list at the top', ['a'], /parameters are not a plain object/],
  ])('refuses %s by its path', (_, given, message) => {
    expectRefusal(() => kucoinBody(given as KucoinBodyParameters), 'USAGE', message)
  })
})
