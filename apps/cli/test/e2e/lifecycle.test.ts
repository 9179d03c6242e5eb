import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeVersions } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { Home, RunOptions } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair } from './keys.ts'
import { bybitPair, masked, valuesJson } from './keys.ts'

interface Versions {
  readonly versions: readonly {
    readonly stages: readonly string[]
    readonly copyOf: string | null
    readonly fingerprints: Readonly<Record<string, string>>
    readonly pending: boolean
    readonly revokedAt: string | null
    readonly versionId: string
  }[]
}
interface Listed {
  readonly credentials: readonly {
    readonly credential: string
    readonly condition: string
    readonly notRevoked?: string | null
    readonly versionId?: string | null
  }[]
}
interface Written {
  readonly previous: string | null
  readonly versionId: string
}
interface Records {
  readonly records: readonly {
    readonly action: string
    readonly outcome: string
    readonly reason: string | null
  }[]
}
interface Verified {
  readonly environments: readonly {
    readonly broken: string | null
    readonly env: string
    readonly records: number
  }[]
}

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const

/** `save` or `rotate` from standard input. */
function give(home: Home, verb: 'save' | 'rotate', pair: Pair, where: readonly string[] = DEV) {
  return (options: RunOptions = {}) =>
    home.run([verb, ...where, '--value-stdin'], { ...options, stdin: valuesJson(pair) })
}

test.each(nodeVersions())(
  'a credential lives: saved, rotated, rolled back, deleted and restored, all of it recorded, on $name',
  async ({ path: node }) => {
    const home = makeHome()
    const mm = (...args: readonly string[]) => home.run(args, { node })
    const [first, second] = [bybitPair(), bybitPair()]

    const saved = documentOf<Written>(await give(home, 'save', first)({ node }))
    expect(saved).toMatchObject({ action: 'save', exposed: false, previous: null })
    expect(documentOf(await mm('fetch', ...DEV))).toMatchObject({ api_key: masked(first.key) })
    expect(documentOf(await mm('list'))).toMatchObject({
      credentials: [{ credential: 'dev/bybit', condition: 'fine', versionId: saved.versionId }],
    })

    const rotated = documentOf<Written>(await give(home, 'rotate', second)({ node }))
    expect(rotated).toMatchObject({
      action: 'rotate',
      notRevoked: saved.versionId,
      previous: saved.versionId,
    })
    expect(documentOf(await mm('fetch', ...DEV, '--reveal'))).toMatchObject({
      api_key: second.key,
      api_secret: second.secret,
    })
    const { versions } = documentOf<Versions>(await mm('history', ...DEV))
    expect(versions).toMatchObject([
      { stages: ['AWSCURRENT'], versionId: rotated.versionId },
      { stages: ['AWSPREVIOUS'], versionId: saved.versionId },
    ])
    expect(documentOf<Listed>(await mm('status')).credentials).toMatchObject([
      { condition: 'fine', notRevoked: saved.versionId },
    ])

    const back = documentOf<Written>(await mm('rotate', ...DEV, '--rollback'))
    expect(back).toMatchObject({ action: 'rollback', previous: rotated.versionId })
    expect(documentOf(await mm('fetch', ...DEV))).toMatchObject({ api_key: masked(first.key) })
    const after = documentOf<Versions>(await mm('history', ...DEV))
    expect(after.versions[0]).toMatchObject({ copyOf: saved.versionId, stages: ['AWSCURRENT'] })

    expect(documentOf(await mm('rotate', ...DEV, '--old-revoked'))).toMatchObject({
      action: 'old-revoked',
      notRevoked: null,
    })
    expect(documentOf<Listed>(await mm('status')).credentials[0]).toMatchObject({
      notRevoked: null,
    })
    // A key that is dead at the exchange does not come back.
    expect(errorOf(await mm('rotate', ...DEV, '--rollback', '--json'), 6).code).toBe('REVOKED')

    const deleted = documentOf(await mm('delete', ...DEV, '--yes', '--recovery-days', '7'))
    expect(deleted).toMatchObject({
      credential: 'dev/bybit',
      deletedUntil: expect.any(String) as string,
    })
    expect(errorOf(await mm('fetch', ...DEV, '--json'), 4).code).toBe('NOT_FOUND')
    expect(documentOf<Listed>(await mm('status')).credentials[0]?.condition).toBe('deleted')
    expect(await mm('delete', ...DEV, '--yes')).toMatchObject({ code: 4 })
    expect(documentOf(await mm('restore', ...DEV))).toMatchObject({ deletedUntil: null })
    expect(documentOf(await mm('fetch', ...DEV))).toMatchObject({ api_key: masked(first.key) })

    const note = 'Old key revoked in the UI, ticket OPS-1234'
    expect(await mm('audit', 'note', ...DEV, '-m', note)).toMatchObject({ code: 0 })
    const { records } = documentOf<Records>(
      await mm('audit', 'show', '--env', 'dev', '--last', '99'),
    )
    // Before it is recorded a note is compared with what is stored, which are reads with a reason.
    const done = records
      .filter(({ outcome, reason }) => outcome === 'done' && reason === null)
      .map(({ action }) => action)
    expect(done).toEqual([
      ...['save', 'read', 'rotate', 'reveal', 'rotate', 'read', 'annotate'],
      ...['delete', 'restore', 'read'],
    ])
    expect(records.at(-1)?.reason).toBe(note)
    const { environments } = documentOf<Verified>(await mm('audit', 'verify'))
    expect(environments.find(({ env }) => env === 'dev')).toEqual({
      broken: null,
      env: 'dev',
      homeKeyRecords: 0,
      records: records.length,
    })
  },
)

describe('the audit log', () => {
  test('is found changed when a record was altered, and the rest of the home still works', async () => {
    const home = makeHome()
    const pair = bybitPair()
    await give(home, 'save', pair)()
    await home.run(['fetch', ...DEV])
    const file = join(home.data, 'dev', 'audit', '000001.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"read"', '"list"'))
    const verified = await home.run(['audit', 'verify', '--json'])
    expect(verified.code).toBe(9)
    expect(verified.stderr).toContain('TAMPERED')
    expect(documentOf(await home.run(['fetch', ...DEV]))).toMatchObject({
      api_key: masked(pair.key),
    })
  })

  test('is found cut against heads that were exported before', async () => {
    const home = makeHome()
    await give(home, 'save', bybitPair())()
    const exported = await home.run(['audit', 'export'])
    const heads = join(home.path, 'heads.json')
    writeFileSync(heads, exported.stdout)
    const verify = ['audit', 'verify', '--env', 'dev', '--heads', heads]
    expect(await home.run(verify)).toMatchObject({ code: 0 })
    // Somebody else's log of this name, which verifies in itself.
    const other = makeHome()
    await give(other, 'save', bybitPair())()
    expect(await other.run(verify)).toMatchObject({ code: 9 })
  })
})

describe('a pinned process', () => {
  test('sees and touches its own environment alone', async () => {
    const home = makeHome()
    const shadow = ['--env', 'shadow', '--exchange', 'bybit']
    await give(home, 'save', bybitPair())()
    await give(home, 'save', bybitPair(), shadow)()
    const env = { MM_ENV: 'shadow' }

    const listed = documentOf<Listed>(await home.run(['list'], { env }))
    expect(listed.credentials.map(({ credential }) => credential)).toEqual(['shadow/bybit'])
    expect(documentOf(await home.run(['fetch', '--exchange', 'bybit'], { env }))).toMatchObject({
      env: 'shadow',
    })
    const refused = [
      ['fetch', ...DEV],
      ['list', '--env', 'dev'],
      ['history', ...DEV],
      ['delete', ...DEV, '--yes'],
      ['rotate', ...DEV, '--rollback'],
      ['audit', 'show', '--env', 'dev'],
      ['audit', 'note', ...DEV, '-m', 'nothing'],
    ]
    for (const args of refused) {
      const { code } = errorOf(await home.run([...args, '--json'], { env }), 6)
      expect([args[0], code]).toEqual([args[0], 'ENVIRONMENT_MISMATCH'])
    }
  })
})

describe.each([
  ['CI=true', { CI: 'true' }],
  ['GITHUB_ACTIONS=true', { GITHUB_ACTIONS: 'true' }],
])('with %s', (_name, ci) => {
  test('prod is out of reach and nothing is revealed, even where MM_ENV says prod', async () => {
    const home = makeHome()
    const prod = ['--env', 'prod', '--exchange', 'bybit']
    await give(home, 'save', bybitPair(), prod)()
    await give(home, 'save', bybitPair())()
    for (const args of [
      ['fetch', ...prod],
      ['list', '--env', 'prod'],
      ['rotate', ...prod, '--rollback'],
    ]) {
      for (const env of [ci, { ...ci, MM_ENV: 'prod' }]) {
        const { code } = errorOf(await home.run([...args, '--json'], { env }), 6)
        expect(code).toBe('PROD_FORBIDDEN_IN_CI')
      }
    }
    const revealed = await home.run(['fetch', ...DEV, '--reveal', '--json'], { env: ci })
    expect(errorOf(revealed, 6).code).toBe('REVEAL_REFUSED')
    const listed = documentOf<Listed>(await home.run(['list'], { env: ci }))
    expect(listed.credentials.map(({ credential }) => credential)).toEqual(['dev/bybit'])
  })
})

test('in GitHub Actions shadow and soak are reachable only when MM_ENV names them', async () => {
  const home = makeHome()
  const soak = ['--env', 'soak', '--exchange', 'bybit']
  await give(home, 'save', bybitPair(), soak)()
  const github = { GITHUB_ACTIONS: 'true' }
  const refused = await home.run(['fetch', ...soak, '--json'], { env: github })
  expect(errorOf(refused, 6).code).toBe('ENVIRONMENT_MISMATCH')
  const named = await home.run(['fetch', ...soak], { env: { ...github, MM_ENV: 'soak' } })
  expect(documentOf(named)).toMatchObject({ env: 'soak' })
})

describe('two environments', () => {
  test('a key of one is refused in the other, and each has its own identity and vault', async () => {
    const home = makeHome()
    const pair = bybitPair()
    const shadow = ['--env', 'shadow', '--exchange', 'bybit']
    await give(home, 'save', pair)()
    const reused = await home.run(['save', ...shadow, '--value-stdin', '--json'], {
      stdin: valuesJson(pair),
    })
    expect(errorOf(reused, 6).code).toBe('REUSED_CREDENTIAL')
    expect(await home.run(['fetch', ...shadow])).toMatchObject({ code: 4 })
    await give(home, 'save', bybitPair(), shadow)()
    const identity = (env: string) => readFileSync(join(home.data, env, 'identity.txt'), 'utf8')
    expect(identity('dev')).not.toBe(identity('shadow'))
    const allowed = await home.run(['save', ...shadow, '--value-stdin', '--allow-reuse'], {
      stdin: valuesJson(pair),
    })
    expect(allowed.code).toBe(0)
  })
})

describe('many processes at once', () => {
  test('of eight that rotate one credential each wins or reports a conflict, and nothing is lost', async () => {
    const home = makeHome()
    await give(home, 'save', bybitPair())()
    const pairs = Array.from({ length: 8 }, bybitPair)
    const outcomes = await Promise.all(
      pairs.map(async (pair) => ({ pair, ...(await give(home, 'rotate', pair)()) })),
    )
    for (const { code, stderr } of outcomes) expect([0, 8], stderr).toContain(code)
    const won = outcomes.filter(({ code }) => code === 0)
    expect(won.length).toBeGreaterThan(0)

    const { versions } = documentOf<Versions>(await home.run(['history', ...DEV]))
    const ids = new Set(versions.map(({ versionId }) => versionId))
    for (const outcome of won) expect(ids).toContain(documentOf<Written>(outcome).versionId)
    expect(versions).toHaveLength(won.length + 1)
    expect(versions.some(({ pending }) => pending)).toBe(false)
    const staged = versions.flatMap(({ stages }) => stages)
    expect([...staged].sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])

    const current = documentOf<Readonly<Record<string, string>>>(
      await home.run(['fetch', ...DEV, '--reveal']),
    )
    const winner = won.find(({ pair }) => pair.key === current['api_key'])
    expect(current['api_secret']).toBe(winner?.pair.secret)
    expect(await home.run(['audit', 'verify'])).toMatchObject({ code: 0 })
  })

  test('readers meanwhile never print a pair that was not saved together', async () => {
    const home = makeHome()
    const rounds = 12
    const pairs = Array.from({ length: rounds + 1 }, bybitPair)
    const secretOf = new Map(pairs.map(({ key, secret }) => [key, secret]))
    await give(home, 'save', pairs[0]!)()
    const writing = { over: false }
    const read = async (): Promise<readonly string[]> => {
      const keys: string[] = []
      while (!writing.over) {
        const shown = documentOf<Readonly<Record<string, string>>>(
          await home.run(['fetch', ...DEV, '--reveal']),
        )
        expect(shown['api_secret']).toBe(secretOf.get(shown['api_key'] ?? ''))
        keys.push(shown['api_key'] ?? '')
      }
      return keys
    }
    const write = async (): Promise<void> => {
      try {
        for (const pair of pairs.slice(1)) documentOf(await give(home, 'rotate', pair)())
      } finally {
        writing.over = true
      }
    }
    const [one, two] = await Promise.all([read(), read(), write()])
    // It would prove little had they all read the same pair.
    expect(new Set([...one, ...two]).size).toBeGreaterThan(3)
  })
})
