import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { dotenv } from '../../../src/run/dotenv.ts'
import { refusal } from './refusal.ts'

const folder = mkdtempSync(join(tmpdir(), 'mm-dotenv-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const pem = generateKeyPairSync('ed25519').privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string
const ODD = [
  'plain0123',
  'has space',
  ' padded ',
  '#hash',
  'a#b',
  '$HOME',
  '`id`',
  '$(id)',
  '"double"',
  "it's",
  'back\\slash',
  'a=b',
  '!bang',
  '~',
  '*',
  'ünïcødé €',
  'tab\there',
  'export X=1',
  '',
  pem,
  JSON.stringify({ a: 'b c', d: 1 }),
]

/** What sh makes of the file. */
function bySh(text: string, name: string): string {
  const file = join(folder, 'sh.env')
  writeFileSync(file, text)
  return execFileSync('sh', ['-c', `. '${file}'; printf '%s.' "$${name}"`], {
    encoding: 'utf8',
  }).slice(0, -1)
}

test.each(ODD)('%j is read back by sh and by Node', (value) => {
  const text = dotenv(
    new Map([
      ['BEFORE', 'x'],
      ['V', value],
      ['AFTER', 'y'],
    ]),
  )
  expect(parseEnv(text)).toEqual({ BEFORE: 'x', V: value, AFTER: 'y' })
  expect(bySh(text, 'V')).toBe(value)
  expect(bySh(text, 'AFTER')).toBe('y')
})

test.each([`it's "both"`, 'two\\\\', 'ends\\', '${HOME}', 'a\rb', `$'`, 'nul\0'])(
  '%j, which readers understand differently, is refused without being repeated',
  (value) => {
    const error = refusal(() => dotenv(new Map([['V', value]])))
    expect(error.code).toBe('INVALID_VALUE')
    expect(error.message).toContain('V')
    expect(error.message).not.toContain(value)
  },
)

test('whatever is not refused is read back by Node as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (value) => {
      let text: string
      try {
        text = dotenv(new Map([['V', value]]))
      } catch {
        return
      }
      expect(parseEnv(text)).toEqual({ V: value })
    }),
  )
})
