import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnv, nodeVersions, realPart } from '@mm-secrets/vitest-config'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const RATIO = String.raw`\d[\d.]* ×  +\d[\d.]*–\d[\d.]*`

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mm-secrets-bench-test-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Runs a benchmark as `pnpm bench:NAME` does, with next to no rounds. */
function report(name: string, ...args: string[]): string {
  const program = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))
  const conditions = ['-C', '@mm-secrets/source']
  return execFileSync(process.execPath, [...conditions, program, '--rounds', '2', ...args], {
    encoding: 'utf8',
    env: cleanEnv({ HOME: folder, TMPDIR: folder, TEMP: folder, TMP: folder }),
  })
}

function lineOf(...columns: readonly string[]): RegExp {
  return new RegExp(`^${columns.join('.*')}`, 'm')
}

describe('each benchmark prints a ratio for what it measures and leaves nothing behind', () => {
  test('start-up, on each Node', () => {
    const text = report('start-up')
    for (const { name } of nodeVersions()) {
      for (const command of ['--version', 'fetch', 'list']) {
        expect(text).toMatch(lineOf(`mm-secrets ${command} `, 'node -e 0', RATIO, name))
      }
    }
  })

  test('vault-write, with the number of fsyncs', () => {
    const text = report('vault-write')
    for (const what of ['save a new credential', 'rotate', 'save, guarded and recorded']) {
      expect(text).toMatch(lineOf(what, RATIO, String.raw`\d+ fsync$`))
    }
  })

  test('provider: concurrent cold reads are one read of the vault', () => {
    const text = report('provider')
    expect(text).toMatch(lineOf('getCredential, cached', 'Map lookup', RATIO))
    expect(text).toContain('1000 concurrent cold reads: 1 of the vault, 1 audit record')
  })

  test('list, over as many credentials as it is told', () => {
    const text = report('list', '--credentials', '40')
    expect(text).toMatch(lineOf('list, opening the vault', RATIO))
    expect(text).toMatch(/^40 credentials, /m)
  })

  test('audit, one at a time and many at once', () => {
    const text = report('audit')
    expect(text).toMatch(lineOf('append', RATIO, String.raw`\d+ fsync$`))
    expect(text).toMatch(lineOf('100 appends at once', RATIO))
  })

  test('aws-fetch: two requests, beside each client that is installed', () => {
    const text = report('aws-fetch')
    expect(text).toMatch(lineOf('mm-secrets fetch, aws', 'node -e 0', RATIO))
    expect(text).toContain('A fetch is 2 requests: {"GetSecretValue":2}')
    expect(text).toMatch(
      realPart('aws') === null
        ? /The aws CLI is not installed/
        : lineOf('mm-secrets fetch, aws', 'aws get-secret-value, twice', RATIO, 'requests: 2$'),
    )
    expect(text).toMatch(
      realPart('boto3') === null
        ? /boto3 is not installed/
        : lineOf('mm-secrets fetch, aws', 'python3, boto3, both', RATIO, 'requests: 2$'),
    )
  })

  test('aws-provider: twenty secrets a request, or one each where batches are denied', () => {
    const text = report('aws-provider', '--credentials', '11')
    expect(text).toMatch(lineOf('11 cold reads, in batches', 'batches denied', RATIO, '10 ms$'))
    expect(text).toContain('In batches: {"BatchGetSecretValue":2}')
    expect(text).toContain('Batches denied: {"BatchGetSecretValue":1,"GetSecretValue":22}')
  })

  test('no temporary folder stays', () => {
    expect(readdirSync(folder)).toEqual([])
  })
})

test('what is no whole number is refused', () => {
  expect(() => report('audit', '--rounds', 'many')).toThrow('Give whole numbers from 1 on')
})
