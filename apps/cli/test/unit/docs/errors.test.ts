import { readFileSync } from 'node:fs'
import { ERROR_CODES, SecretsError } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { exitCode } from '../../../src/output/exit-code.ts'

test('docs/errors.md explains every code, with the exit that the program gives it', () => {
  const page = readFileSync(new URL('../../../../../docs/errors.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(?<code>[A-Z_]+)` +\| (?<exit>\d+) /gm)]
  const documented = rows.map(({ groups }) => [groups?.['code'], Number(groups?.['exit'])])
  const real = ERROR_CODES.map((code) => [code, exitCode(new SecretsError(code, 'It failed.'))])
  expect(documented).toEqual(real)
})
