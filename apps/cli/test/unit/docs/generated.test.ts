import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadRoutes, SUMMARY } from '../../../src/app.ts'
import { referenceMarkdown } from '../../../src/docs/markdown.ts'
import { commandPages } from '../../../src/docs/page.ts'
import { manPage } from '../../../src/docs/roff.ts'

const pages = commandPages(await loadRoutes([]))
const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

test('docs/cli.md says what the commands say (else run this with --update)', async () => {
  await expect(referenceMarkdown(SUMMARY, pages)).toMatchFileSnapshot(at('../../docs/cli.md'))
})

test('the man page says what the commands say (else run this with --update)', async () => {
  await expect(manPage(SUMMARY, pages)).toMatchFileSnapshot(at('man/mm-secrets.1'))
})

test('every option of every command is explained in one line without a full stop', () => {
  for (const { brief, name, options } of pages) {
    for (const text of [brief, ...options.map((option) => option.brief)]) {
      expect(text, name).toMatch(/^[A-Zbd][^\n]*[^.\n]$/)
    }
  }
})

test('every example is a command line that this program has', () => {
  for (const { examples, name, options } of pages) {
    expect(examples.length, name).toBeGreaterThan(0)
    for (const { line } of examples) {
      expect(line).toContain(`mm-secrets ${name}`)
      const known = options.flatMap(({ syntax }) => syntax.match(/--?[a-z][a-z-]*/g) ?? [])
      const ours = line.slice(line.indexOf('mm-secrets')).split(/[|>]| -- /)[0] ?? ''
      for (const option of ours.match(/(?<= )--?[a-z][a-z-]*(?=[ =]|$)/g) ?? []) {
        expect(known, line).toContain(option)
      }
    }
  }
})
