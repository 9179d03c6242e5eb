import { expect } from 'vitest'
import type { Outcome } from './bundle.ts'

/**
 * The document that a command printed for programs: one line of JSON with sorted keys and a newline.
 *
 * @param outcome must have ended with `code`
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the test says what it reads
export function documentOf<T = Record<string, unknown>>(outcome: Outcome, code = 0): T {
  expect(outcome, outcome.stderr).toMatchObject({ code })
  expect(outcome.stdout).toMatch(/^[^\n]+\n$/)
  const document: unknown = JSON.parse(outcome.stdout)
  expect(outcome.stdout).toBe(`${JSON.stringify(sorted(document))}\n`)
  return document as T
}

export interface ErrorDocument {
  readonly code: string
  readonly hint: string | null
  readonly message: string
}

/** The error that a command with `--json` printed last on stderr; nothing stands on stdout. */
export function errorOf(outcome: Outcome, code: number): ErrorDocument {
  expect(outcome, outcome.stderr).toMatchObject({ code, stdout: '' })
  const line = outcome.stderr.split('\n').at(-2) ?? ''
  const document = JSON.parse(line) as { readonly error: ErrorDocument }
  expect(line).toBe(JSON.stringify(sorted(document)))
  expect(Object.keys(document)).toEqual(['error'])
  expect(Object.keys(document.error)).toEqual(['code', 'hint', 'message'])
  return document.error
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  )
}
