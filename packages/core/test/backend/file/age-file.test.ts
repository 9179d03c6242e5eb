import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AgeIdentity } from '../../../src/backend/file/age-file.ts'
import { openAgeFile, openWithLibrary, sealAgeFile } from '../../../src/backend/file/age-file.ts'
import { recipientOf } from '../../../src/backend/file/recipient.ts'
import { parseIdentity } from '../../../src/backend/file/identity-text.ts'

/** STREAM seals 64 KiB at a time. */
const CHUNK = 64 * 1024
const HEADER_END = '\n--- '

async function newIdentity(): Promise<AgeIdentity> {
  return parseIdentity(await generateX25519Identity(), 'test')
}

describe('opening a file of age', () => {
  let identity: AgeIdentity
  let other: AgeIdentity
  beforeAll(async () => {
    identity = await newIdentity()
    other = await newIdentity()
  })

  test.each([0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])(
    '%i characters written by the library are read back',
    async (length) => {
      const text = 'k'.repeat(length)
      const file = await sealAgeFile(text, [recipientOf(identity)])
      expect((await openAgeFile(file, identity)).toString()).toBe(text)
      expect((await openWithLibrary(file, identity)).toString()).toBe(text)
    },
  )

  test('each of several recipients opens it, nobody else', async () => {
    const encrypter = new Encrypter()
    for (const { secretKey } of [other, identity]) {
      encrypter.addRecipient(await identityToRecipient(secretKey))
    }
    const file = await encrypter.encrypt('shared')
    expect((await openAgeFile(file, identity)).toString()).toBe('shared')
    expect((await openAgeFile(file, other)).toString()).toBe('shared')
    await expect(openAgeFile(file, await newIdentity())).rejects.toThrow('other identities')
  })

  test('stanzas of kinds that it does not know are passed over', async () => {
    const encrypter = new Encrypter()
    encrypter.addRecipient({
      wrapFileKey: async () => {
        const { Stanza } = await import('age-encryption')
        return [
          new Stanza(['plugin', 'x'], new Uint8Array(100)),
          new Stanza(['y'], new Uint8Array(48)),
        ]
      },
    })
    encrypter.addRecipient(await identityToRecipient(identity.secretKey))
    expect((await openAgeFile(await encrypter.encrypt('mine'), identity)).toString()).toBe('mine')
  })

  test('any flipped bit is noticed', async () => {
    const file = await sealAgeFile('x'.repeat(40), [recipientOf(identity)])
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const damaged = Uint8Array.from(file)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await expect(openAgeFile(damaged, identity), `bit ${bit}`).rejects.toThrow()
    }
  })

  test('any truncation is noticed, at the border of two chunks too', async () => {
    const short = await sealAgeFile('x'.repeat(40), [recipientOf(identity)])
    for (let length = 0; length < short.length; length += 1) {
      await expect(openAgeFile(short.subarray(0, length), identity), `${length}`).rejects.toThrow()
    }
    const long = await sealAgeFile('x'.repeat(2 * CHUNK), [recipientOf(identity)])
    const header = Buffer.from(long).indexOf('\n', Buffer.from(long).indexOf(HEADER_END) + 1) + 1
    const firstChunk = long.subarray(0, header + 16 + CHUNK + 16)
    await expect(openAgeFile(firstChunk, identity)).rejects.toThrow()
  })

  test('what follows the last chunk is noticed', async () => {
    const file = await sealAgeFile('x'.repeat(CHUNK), [recipientOf(identity)])
    await expect(openAgeFile(Buffer.concat([file, Buffer.alloc(16)]), identity)).rejects.toThrow()
  })
})

describe('an identity', () => {
  test('as the library makes it is understood; its bytes open what is sealed to it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const identity = await newIdentity()
      expect(identity.scalar).toHaveLength(32)
      const file = await sealAgeFile('mine', [recipientOf(identity)])
      expect((await openAgeFile(file, identity)).toString()).toBe('mine')
    }
  })

  test('with one wrong character is refused', async () => {
    const { secretKey } = await newIdentity()
    for (let at = 'AGE-SECRET-KEY-1'.length; at < secretKey.length; at += 1) {
      const wrong = secretKey[at] === 'Q' ? 'P' : 'Q'
      const typed = secretKey.slice(0, at) + wrong + secretKey.slice(at + 1)
      expect(() => parseIdentity(typed, 'here')).toThrow('no identity of age: here')
    }
  })

  test.each(['', '# a comment', 'AGE-SECRET-KEY-1', 'AGE-SECRET-KEY-PQ-1QQQ'])(
    'is not found in %j',
    (text) => {
      expect(() => parseIdentity(text, 'here')).toThrow('no identity of age: here')
    },
  )

  test('must be the only one in its file', async () => {
    const [one, two] = [await newIdentity(), await newIdentity()]
    expect(() => parseIdentity(`${one.secretKey}\n${two.secretKey}\n`, 'here')).toThrow(
      'no identity',
    )
    expect(parseIdentity(`# mine\r\n\r\n${one.secretKey}\r\n`, 'here')).toEqual(one)
  })
})
