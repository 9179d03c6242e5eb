import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { examineAudit } from '../../src/doctor/audit.ts'
import { failing } from '../../src/doctor/finding.ts'
import { examineFolder } from '../../src/doctor/folder.ts'
import { examineSettings } from '../../src/doctor/settings.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { parseSettings } from '../../src/settings/parse-settings.ts'

const PROD = new Set(['prod'] as const)
let home: string

beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'mm-doctor-'))
})
afterEach(() => fs.rm(home, { recursive: true, force: true }))

const settingsOf = (env: Readonly<Record<string, string>>, config: unknown = {}) =>
  parseSettings({ MM_SECRETS_HOME: '/home/trader/vaults', ...env }, config, 'linux')

describe('what settings can reach', () => {
  test.each([
    ['prod is stored and MM_ENV is not set', {}, ['pinning note']],
    ['the process is pinned', { MM_ENV: 'prod' }, []],
    ['it runs in CI', { CI: 'true' }, []],
    ['prod is served from variables', { SECRETS_BACKEND: 'memory' }, ['pinning note']],
    [
      'the exchanges are replaced',
      { MM_ENV: 'dev', MM_EXCHANGE_ENDPOINT: 'http://127.0.0.1:8080' },
      ['endpoint note'],
    ],
  ])('when %s', (_when, env, expected) => {
    const found = examineSettings(settingsOf(env), PROD).filter(({ level }) => level !== 'ok')
    expect(found.map(({ check, level }) => `${check} ${level}`)).toEqual(expected)
  })

  test('is no matter while nothing of prod is stored', () => {
    const found = examineSettings(settingsOf({}), new Set(['dev']))
    expect(found.every(({ level }) => level === 'ok')).toBe(true)
  })
})

describe('the audit log', () => {
  const sound = { verify: () => Promise.resolve({ records: 3, homeKeyRecords: 0, broken: null }) }
  const settings = () => settingsOf({ MM_SECRETS_HOME: home })

  test('that holds is fine', async () => {
    const found = await examineAudit(sound, settings(), 'dev', fs)
    expect(found.map(({ level }) => level)).toEqual(['ok', 'ok'])
    expect(found[1]?.message).toBe('The audit log of dev holds: 3 records.')
  })

  test('that does not verify is an error that says where', async () => {
    const broken = {
      verify: () => Promise.resolve({ records: 3, homeKeyRecords: 0, broken: 'record 2 is gone.' }),
    }
    expect(await examineAudit(broken, settings(), 'dev', fs)).toContainEqual(
      expect.objectContaining({
        check: 'audit',
        level: 'error',
        message: 'The audit log of dev does not verify: record 2 is gone.',
      }),
    )
  })

  test('that cannot be verified is an error, not the end', async () => {
    const refusing = {
      verify: () => Promise.reject(new SecretsError('DENIED', 'No.', { hint: 'Ask for it.' })),
    }
    expect(await examineAudit(refusing, settings(), 'dev', fs)).toContainEqual({
      check: 'audit',
      level: 'error',
      message: 'No.',
      fix: 'Ask for it.',
    })
  })

  test('that goes to stderr alone is noted, also for one environment by config.json', async () => {
    const config = { environments: { dev: { audit_sinks: ['stderr'] } } }
    const only = settingsOf({ MM_SECRETS_HOME: home }, config)
    expect((await examineAudit(sound, only, 'dev', fs)).at(-1)?.check).toBe('audit-sinks')
    expect((await examineAudit(sound, only, 'prod', fs)).at(-1)?.check).toBe('audit')
  })
})

describe('a folder', () => {
  test('that is a file is an error', async () => {
    const path = join(home, 'file')
    await fs.writeFile(path, '')
    expect(await examineFolder(fs, path, 'the home')).toMatchObject({
      level: 'error',
      message: `Not a folder: ${path}`,
    })
  })

  test('below a file is an error of the system, in words', async () => {
    await fs.writeFile(join(home, 'file'), '')
    expect(await examineFolder(fs, join(home, 'file', 'x'), 'the home')).toMatchObject({
      level: 'error',
      message: expect.stringContaining('a part of the path is not a folder') as string,
    })
  })

  test.skipIf(process.platform === 'win32')('that its owner may not write to is told', async () => {
    await fs.chmod(home, 0o500)
    expect(await examineFolder(fs, home, 'the home')).toMatchObject({ level: 'warning' })
  })
})

test('a bug is no finding', () => {
  expect(() => failing('store', new TypeError('x'))).toThrow(TypeError)
})
