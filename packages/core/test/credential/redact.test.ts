import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact } from '../../src/credential/redact.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { secretText } from '../arbitraries.ts'

const printable = fc.string({ minLength: 12, maxLength: 40, unit: 'grapheme-ascii' })

describe('redacting text from outside', () => {
  test('removes a value in plain and in every encoding it may come back in', () => {
    fc.assert(
      fc.property(printable, (text) => {
        const value = new Redacted(text)
        const bytes = Buffer.from(text)
        for (const form of [
          text,
          JSON.stringify(text).slice(1, -1),
          encodeURIComponent(text),
          new URLSearchParams({ v: text }).toString().slice(2),
          bytes.toString('hex'),
          bytes.toString('hex').toUpperCase(),
          bytes.toString('base64').replace(/=+$/, ''),
          bytes.toString('base64url'),
        ]) {
          expect(redact(`before ${form} after`, [value])).not.toContain(form)
        }
      }),
    )
  })

  test('removes a value from inside a longer text that was encoded as base64', () => {
    fc.assert(
      fc.property(secretText(36), fc.string({ maxLength: 9 }), (text, before) => {
        const encoded = Buffer.from(`${before}${text} and more`).toString('base64')
        const cleaned = redact(`basic ${encoded}`, [new Redacted(text)])
        const decoded = Buffer.from(cleaned.slice('basic '.length), 'base64').toString()
        expect(decoded).not.toContain(text.slice(4, -4))
      }),
    )
  })

  test('keeps the rest of the text, and shows the mask in place of the value', () => {
    const secret = 'aB3'.repeat(12)
    expect(redact(`origin_string[17${secret}5000]`, [new Redacted(secret)])).toBe(
      'origin_string[17aB3...***5000]',
    )
    expect(redact('nothing to hide', [new Redacted(secret)])).toBe('nothing to hide')
  })

  test('replaces a value whole where another is part of it', () => {
    const inner = 'kQ9'.repeat(5)
    const outer = `${inner}${'zT4'.repeat(5)}`
    const cleaned = redact(`x ${outer} y`, [new Redacted(inner), new Redacted(outer)])
    expect(cleaned).toBe('x kQ9...*** y')
  })
})
