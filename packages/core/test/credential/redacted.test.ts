import { format, inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Redacted } from '../../src/credential/redacted.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { secretText } from '../arbitraries.ts'

const versionId = mintVersionId((bytes) => new Uint8Array(bytes))

describe('a Redacted value', () => {
  test('shows its mask in every way a value is printed, alone or nested', () => {
    fc.assert(
      fc.property(secretText(), (text) => {
        const value = new Redacted(text)
        const nested = { deep: [{ value }], map: new Map([['key', value]]) }
        const shown = [
          String(value),
          'text: '.concat(value as unknown as string),
          value.toJSON(),
          JSON.stringify({ value }),
          inspect(value, { showHidden: true, depth: null }),
          inspect(nested, { showHidden: true, depth: null, getters: true }),
          format('%s %o %O %j', value, value, value, value),
          JSON.stringify(Object.entries(value)),
          JSON.stringify(Object.assign({}, value)),
          inspect(new Error('failed', { cause: value }), { depth: null }),
        ]
        for (const line of shown) expect(line).not.toContain(text.slice(0, 4))
        expect(String(value)).toBe(`${text.slice(0, 3)}...***`)
        expect(value.reveal()).toBe(text)
      }),
    )
  })

  test('cannot be changed', () => {
    const value = new Redacted('x'.repeat(20))
    expect(Object.isFrozen(value)).toBe(true)
    expect(() => Object.assign(value, { keyType: 'api_key' })).toThrow(TypeError)
  })

  test('knows its key type and version once it is stored', () => {
    const stored = new Redacted('z'.repeat(20), { keyType: 'api_passphrase', versionId })
    expect(stored.keyType).toBe('api_passphrase')
    expect(stored.versionId).toBe(versionId)
    expect(String(stored)).toBe('***')
    expect(new Redacted('z').versionId).toBeNull()
    expect(String(new Redacted('z'.repeat(20), { keyType: 'api_passphrase' }))).toBe('***')
  })
})
