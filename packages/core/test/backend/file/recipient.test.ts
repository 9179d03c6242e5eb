import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBech32, encodeBech32 } from '../../../src/backend/file/bech32.ts'
import { parseIdentity } from '../../../src/backend/file/identity-text.ts'
import { parseRecipient, recipientOf } from '../../../src/backend/file/recipient.ts'
import { refusal } from '../../refusal.ts'

const recipient = await identityToRecipient(await generateX25519Identity())
const plain = (prefix: string, bytes: Uint8Array): string => encodeBech32({ prefix, bytes })

test('bech32 reads what it writes, in either case', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,20}$/), fc.uint8Array(), (prefix, bytes) => {
      const text = plain(prefix, bytes)
      expect(decodeBech32(text)).toEqual({ prefix, bytes })
      expect(decodeBech32(text.toUpperCase())).toEqual({ prefix, bytes })
    }),
  )
})

test('the recipient of an identity is the one that age gives it', async () => {
  const secretKey = await generateX25519Identity()
  const identity = parseIdentity(secretKey, 'test')
  expect(recipientOf(identity)).toBe(await identityToRecipient(secretKey))
})

describe('what a person gives as a recipient', () => {
  test('is taken in its one spelling', () => {
    expect(parseRecipient(` ${recipient}\n`)).toBe(recipient)
    expect(parseRecipient(recipient.toUpperCase())).toBe(recipient)
  })

  test.each([
    ['nothing', '', /is no recipient/],
    ['a word', 'ada', /is no recipient/],
    ['a cut one', recipient.slice(0, -1), /mistyped or cut off/],
    ['a mistyped one', recipient.replace(/.$/, (c) => (c === 'q' ? 'p' : 'q')), /mistyped/],
    ['mixed case', `${recipient.slice(0, -1)}Q`, /mistyped/],
    ['too few bytes', plain('age', new Uint8Array(31).fill(9)), /mistyped or cut off/],
    ['a point of low order', plain('age', new Uint8Array(32)), /low order/],
    ['a plugin', plain('age1yubikey', new Uint8Array(33).fill(2)), /plugin/],
    ['a hybrid one', plain('age1pq', new Uint8Array(1216).fill(3)), /hybrid/],
    ['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5', /SSH key/],
    ['a GitHub user', 'github:ada', /is no recipient/],
  ])('is refused where it is %s', (_what, text, problem) => {
    expect(() => parseRecipient(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
    expect(() => parseRecipient(text)).toThrow(problem)
  })

  test('is never repeated where it is an identity', async () => {
    const secretKey = await generateX25519Identity()
    for (const text of [secretKey, secretKey.toLowerCase(), secretKey.slice(0, 40)]) {
      const error: unknown = (() => {
        try {
          return parseRecipient(text)
        } catch (thrown) {
          return thrown
        }
      })()
      expect(error).toEqual(refusal('USAGE', /is an identity, which is secret/))
      expect(JSON.stringify([error, String(error)]).toLowerCase()).not.toContain(
        text.slice(16, 40).toLowerCase(),
      )
    }
  })
})
