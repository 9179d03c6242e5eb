import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { afterAll, expect, it } from 'vitest'

import { onPath } from '../src/on-path.ts'

const root = mkdtempSync(join(tmpdir(), 'on-path-'))
const NAME = process.platform === 'win32' ? 'tool.exe' : 'tool'

afterAll(() => {
  rmSync(root, { recursive: true })
})

function folder(name: string, mode: number): string {
  const path = join(root, name)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, NAME), '')
  chmodSync(join(path, NAME), mode)
  return path
}

it('finds the first executable outside node_modules', () => {
  const path = [
    join(root, 'absent'),
    '',
    folder('node_modules/.bin', 0o755),
    folder('first', 0o755),
    folder('second', 0o755),
  ].join(delimiter)
  expect(onPath('tool', path)).toBe(join(root, 'first', NAME))
})

it('is null where there is none', () => {
  expect(onPath('no-such-tool', join(root, 'first'))).toBeNull()
})

it.skipIf(process.platform === 'win32')(
  'a file that cannot be executed, or a folder, is none',
  () => {
    mkdirSync(join(root, 'deep', 'tool'), { recursive: true })
    expect(onPath('tool', [folder('plain', 0o644), join(root, 'deep')].join(delimiter))).toBeNull()
  },
)
