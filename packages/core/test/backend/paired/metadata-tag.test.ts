import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatMetadata,
  metadataTag,
  parseMetadata,
  taggedVersion,
} from '../../../src/backend/paired/metadata-tag.ts'
import { fingerprint } from '../../../src/credential/fingerprint.ts'
import type { Metadata } from '../../../src/credential/metadata.ts'
import { newMetadata } from '../../../src/credential/metadata.ts'
import { Redacted } from '../../../src/credential/redacted.ts'
import { SecretsError } from '../../../src/errors/secrets-error.ts'
import { newVersionId } from '../../contract/desk.ts'

/** AWS, Tag: at most 256 characters of these. */
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u

const instant = fc.integer({ min: 0, max: 8_640_000_000_000_000 })
const site = fc.constantFrom('mainnet', 'testnet', 'demo', 'eu', `${'a'.repeat(31)}z`)
const print = fc.uuid().map((text) => fingerprint(new Redacted(text)))

const metadata: fc.Arbitrary<Metadata> = fc
  .record({
    createdAt: fc.option(instant),
    expiresAt: fc.option(instant),
    exposedAt: fc.option(instant),
    revokedAt: fc.option(instant),
    site: fc.option(site),
    copyOf: fc.option(fc.constant(newVersionId())),
    key: fc.option(print),
    secret: fc.option(print),
  })
  .map(({ key, secret, ...facts }) => ({
    ...facts,
    fingerprints: {
      ...(key === null ? {} : { api_key: key }),
      ...(secret === null ? {} : { api_secret: secret }),
    },
  }))

test('what is known of a version comes back as it was, in a value that AWS takes', () => {
  fc.assert(
    fc.property(metadata, instant, (known, writtenAt) => {
      const text = formatMetadata({ metadata: known, writtenAt })
      expect(text).toMatch(TAG_VALUE)
      expect(parseMetadata(text)).toEqual({ metadata: known, writtenAt })
    }),
  )
})

test('any other text is no metadata, and never an error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseMetadata(text)
      if (parsed !== null) expect(Number.isSafeInteger(parsed.writtenAt)).toBe(true)
    }),
  )
  for (const text of ['', 'w=', 'c=1', 'w=!!', 'mainnet']) expect(parseMetadata(text)).toBeNull()
})

test('what somebody edited never breaks what is shown: times that no Date has, sites and ids that are none', () => {
  const far = (9e15).toString(36)
  const parsed = parseMetadata(`w=1 c=${far} e=-${far} site=a\u202Eb of=../x`)
  expect(parsed).toEqual({ metadata: newMetadata(null), writtenAt: 1 })
  expect(parseMetadata(`w=${far}`)).toBeNull()
})

test('a site that no tag takes is refused before anything is written', () => {
  const odd = { ...newMetadata(null), site: 'main,net' }
  expect(() => formatMetadata({ metadata: odd, writtenAt: 0 })).toThrow(SecretsError)
})

test('the tag of a version names it', () => {
  const id = newVersionId()
  expect(taggedVersion(metadataTag(id))).toBe(id)
  expect(taggedVersion('team')).toBeNull()
})
