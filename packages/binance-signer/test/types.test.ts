import { expect, expectTypeOf, test } from 'vitest'
import * as api from '../src/index.ts'
import type {
  BinanceCredential,
  BinanceQueryParameters,
  BinanceWebSocketSigner,
  SignedRequest,
  Signer,
  SigningValue,
  UnsignedRequest,
} from '../src/index.ts'
import type { Veiled } from './keys.ts'

test('the package exports these values and no others', () => {
  expect(Object.keys(api).sort()).toEqual([
    'BinanceSignerError',
    'binanceCanonicalString',
    'binanceQuery',
    'binanceWebSocketCanonicalString',
    'prepareBinanceSigner',
    'prepareBinanceWebSocketSigner',
  ])
})

test('a credential is of strings or of values that reveal themselves', () => {
  expectTypeOf<string>().toExtend<SigningValue>()
  expectTypeOf<Veiled>().toExtend<SigningValue>()
  expectTypeOf<{ reveal(): string }>().not.toExtend<SigningValue>()
  expectTypeOf<{ key: Veiled; secret: string }>().toExtend<BinanceCredential>()
})

test('a signer takes a request and a time and gives what fetch takes', () => {
  expectTypeOf<ReturnType<typeof api.prepareBinanceSigner>>().toEqualTypeOf<Signer>()
  expectTypeOf<ReturnType<BinanceWebSocketSigner>>().toEqualTypeOf<string>()
  expectTypeOf<SignedRequest>().toExtend<Pick<RequestInit, 'body' | 'method' | 'headers'>>()
  expectTypeOf<'get'>().not.toExtend<UnsignedRequest['method']>()
  expectTypeOf<{ qty: null }>().not.toExtend<BinanceQueryParameters>()
  expectTypeOf<{ qty: bigint }>().not.toExtend<BinanceQueryParameters>()
  expectTypeOf<{ symbols: string[] }>().toExtend<BinanceQueryParameters>()
})
