import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from '@mm-secrets/vitest-config'
import { beforeAll, describe, expect, test } from 'vitest'
import { HOST_NODE, makeFolder } from './bundle.ts'
import { bybitPair, masked, valuesJson } from './keys.ts'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

/** npm has these links on POSIX alone. */
describe.skipIf(process.platform === 'win32')('the tarball, installed by plain npm offline', () => {
  const folder = makeFolder()
  const prefix = join(folder, 'prefix')
  const home = join(folder, 'home')
  const program = join(prefix, 'bin', 'mm-secrets')
  // npm, npx and `env node` are those beside the host's Node.
  const env = { ...cleanEnv({ HOME: home }), PATH: `${dirname(HOST_NODE)}:/usr/bin:/bin` }
  let tarball: string

  const run = (file: string, args: readonly string[], input = ''): string =>
    execFileSync(file, args, { cwd: home, encoding: 'utf8', env, input, stdio: 'pipe' })

  beforeAll(() => {
    mkdirSync(home)
    execFileSync('pnpm', ['pack', '--pack-destination', folder], { cwd: PACKAGE, stdio: 'pipe' })
    const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))
    tarball = join(folder, packed ?? 'nothing was packed')
    run('npm', ['install', '--global', '--offline', '--prefix', prefix, tarball])
  })

  test('brings no other package', () => {
    expect(readdirSync(join(prefix, 'lib', 'node_modules'))).toEqual(['mm-secrets'])
    const manifest = readFileSync(join(prefix, 'lib/node_modules/mm-secrets/package.json'), 'utf8')
    expect(JSON.parse(manifest)).not.toHaveProperty('dependencies')
  })

  test('does the main job', () => {
    const pair = bybitPair()
    const named = ['--env', 'prod', '--exchange', 'bybit']
    run(program, ['save', ...named, '--value-stdin'], valuesJson(pair))
    expect(JSON.parse(run(program, ['fetch', ...named]))).toMatchObject({
      api_key: masked(pair.key),
    })
    run(program, ['rotate', ...named, '--value-stdin'], valuesJson(bybitPair()))
    expect(JSON.parse(run(program, ['history', ...named]))).toMatchObject({
      versions: [{ stages: ['AWSCURRENT'] }, { stages: ['AWSPREVIOUS'] }],
    })
    expect(run(program, ['audit', 'verify', '--env', 'prod'])).toContain('"broken":null')
  })

  test('installs the manual page where man looks for it', () => {
    const page = join(prefix, 'share', 'man', 'man1', 'mm-secrets.1')
    expect(lstatSync(page).isSymbolicLink()).toBe(true)
    expect(readFileSync(page, 'utf8')).toMatch(/^\.TH MM\\-SECRETS 1/m)
  })

  test('runs by npx without being installed', () => {
    const npx = ['--yes', '--offline', '--package', tarball, 'mm-secrets', '--version']
    expect(run('npx', npx)).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
