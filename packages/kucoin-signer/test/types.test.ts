import { expect, expectTypeOf, test } from 'vitest'
import * as api from '../src/index.ts'
import type {
  KucoinCredential,
  KucoinQueryParameters,
  SignedRequest,
  Signer,
  SigningValue,
  UnsignedRequest,
} from '../src/index.ts'
import type { Veiled } from './keys.ts'

test('the package exports these values and no others', () => {
  expect(Object.keys(api).sort()).toEqual([
    'KucoinSignerError',
    'kucoinBody',
    'kucoinCanonicalString',
    'kucoinQuery',
    'kucoinWebSocketCanonicalString',
    'prepareKucoinSigner',
    'prepareKucoinWebSocketSigner',
  ])
})

test('a credential is of strings or of values that reveal themselves, all three', () => {
  expectTypeOf<Veiled>().toExtend<SigningValue>()
  expectTypeOf<{ reveal(): string }>().not.toExtend<SigningValue>()
  expectTypeOf<{ key: Veiled; secret: string; passphrase: string }>().toExtend<KucoinCredential>()
  expectTypeOf<{ key: string; secret: string }>().not.toExtend<KucoinCredential>()
})

test('a signer takes a request and a time and gives what fetch takes', () => {
  expectTypeOf<ReturnType<typeof api.prepareKucoinSigner>>().toEqualTypeOf<Signer>()
  expectTypeOf<SignedRequest>().toExtend<Pick<RequestInit, 'body' | 'method' | 'headers'>>()
  expectTypeOf<'get'>().not.toExtend<UnsignedRequest['method']>()
  expectTypeOf<{ size: null }>().not.toExtend<KucoinQueryParameters>()
  expectTypeOf<{ size: bigint }>().not.toExtend<KucoinQueryParameters>()
})
