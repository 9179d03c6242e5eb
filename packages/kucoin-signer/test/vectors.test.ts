import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { kucoinCanonicalString } from '../src/index.ts'
import { signingKey } from '../src/signing-key.ts'
import vectors from './vectors.json' with { type: 'json' }

describe.each(vectors)('the vector of $source', ({ secret, payload, signature }) => {
  test('agrees with HMAC-SHA256 and with what is signed here', () => {
    expect(createHmac('sha256', secret).update(payload).digest('base64')).toBe(signature)
    expect(signingKey(secret)(payload)).toBe(signature)
  })
})

describe('the examples of https://www.kucoin.com/docs-new/authentication', () => {
  const timestampMs = 1_700_000_000_000

  test.each([
    ['/api/v1/deposit-addresses', 'currency=XBT', '/api/v1/deposit-addresses?currency=XBT'],
    [
      '/api/v1/sub/api-key',
      'apiKey=67b3&subName=test&passphrase=abc%21%40%2311',
      '/api/v1/sub/api-key?apiKey=67b3&subName=test&passphrase=abc!@#11',
    ],
  ])('%s is signed decoded', (path, query, endpoint) => {
    expect(kucoinCanonicalString({ timestampMs, method: 'DELETE', path, query, body: '' })).toBe(
      `${timestampMs}DELETE${endpoint}`,
    )
  })
})
