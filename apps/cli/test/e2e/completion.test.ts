import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeWith, realPart } from '@mm-secrets/vitest-config'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { BUNDLE, HOST_NODE, makeFolder, makeHome } from './bundle.ts'
import { bybitPair, kucoinTriple, valuesJson } from './keys.ts'
import type { Screen } from './screen.ts'
import { openProgram } from './screen.ts'
import { snapshot } from './snapshot.ts'

/** A folder with a program `mm-secrets`, as an installation puts it on PATH. */
const bin = makeFolder()
writeFileSync(join(bin, 'mm-secrets'), `#!/bin/sh\nexec '${HOST_NODE}' '${BUNDLE}' "$@"\n`)
chmodSync(join(bin, 'mm-secrets'), 0o755)
const PATH = `${bin}:${process.env['PATH'] ?? ''}`

const home = makeHome()
beforeAll(async () => {
  const save = (args: readonly string[], stdin: string) =>
    home.run(['save', ...args, '--value-stdin'], { stdin })
  await save(
    ['--env', 'prod', '--exchange', 'bybit', '--account', 'hedge'],
    valuesJson(bybitPair()),
  )
  await save(
    ['--env', 'prod', '--exchange', 'bybit', '--account', 'market'],
    valuesJson(bybitPair()),
  )
  await save(['--env', 'dev', '--exchange', 'kucoin'], valuesJson(kucoinTriple()))
  await save(
    ['--env', 'dev', '--exchange', 'kucoin', '--suffix', '-new'],
    valuesJson(kucoinTriple()),
  )
})

async function offered(
  words: readonly string[],
  options: Parameters<Home['run']>[1] = {},
  at: Home = home,
): Promise<readonly string[]> {
  const { code, stdout, stderr } = await at.run(['__complete', ...words], options)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
}

describe('what a shell is told', () => {
  test('is made of metadata: accounts, suffixes and labels of one environment', async () => {
    const prod = ['fetch', '--env', 'prod', '--exchange', 'bybit']
    expect(await offered([...prod, '--account', ''])).toEqual(['hedge', 'market'])
    expect(await offered([...prod, '--account=m'])).toEqual(['--account=market'])
    expect(await offered(['rotate', '--exchange', 'kucoin', '--from-suffix', '-'])).toEqual([
      '-new',
    ])
    expect(await offered(['run', '--env=prod', '--credential', ''])).toEqual([
      'bybit@hedge',
      'bybit@market',
    ])
    expect(await offered(['run', '--credential', ''])).toEqual(['kucoin'])
  })

  test('leaves no record, changes nothing and makes nothing', async () => {
    const before = snapshot(home.data)
    await offered(['fetch', '--env', 'prod', '--account', ''])
    await offered(['fetch', '--env', ''])
    expect(snapshot(home.data)).toEqual(before)
    const fresh = makeHome()
    expect(await offered(['fetch', '--env', 'prod', '--account', ''], {}, fresh)).toEqual([])
    expect(existsSync(fresh.data)).toBe(false)
  })

  test('stays inside MM_ENV and the rules of CI', async () => {
    const pinned = { env: { MM_ENV: 'dev' } }
    expect(await offered(['list', '--env', ''], pinned)).toEqual(['dev'])
    expect(await offered(['fetch', '--env', 'prod', '--account', ''], pinned)).toEqual([])
    const ci = { env: { CI: 'true' } }
    expect(await offered(['list', '--env', ''], ci)).toEqual(['dev', 'shadow', 'soak'])
    expect(await offered(['fetch', '--env', 'prod', '--account', ''], ci)).toEqual([])
  })

  test('is nothing, and no error, where something is broken', async () => {
    const broken = makeHome()
    mkdirSync(broken.data, { recursive: true })
    writeFileSync(join(broken.data, 'config.json'), '{"environments":')
    expect(await offered(['fetch', '--account', ''], {}, broken)).toEqual([])
    expect(await offered(['fetch', '--env', 'p'], {}, broken)).toEqual(['prod'])
    expect(await offered(['fetch', '--env', 'p'], { env: { MM_ENV: '' } })).toEqual(['prod'])
    expect(await offered(['nonsense', '--env', ''])).toEqual([])
    expect(await offered([])).toContain('save')
  })

  test('never asks for a passphrase, nor takes the time to use one from a file', async () => {
    const guarded = makeHome()
    mkdirSync(guarded.data, { recursive: true })
    const config = { environments: { dev: { identity: 'passphrase' } } }
    writeFileSync(join(guarded.data, 'config.json'), JSON.stringify(config))
    const file = join(guarded.path, 'passphrase')
    writeFileSync(file, 'six unrelated words\n', { mode: 0o600 })
    const env = { MM_SECRETS_IDENTITY_PASSPHRASE_FILE: file }
    const saved = await guarded.run(
      ['save', '--exchange', 'bybit', '--account', 'hedge', '--value-stdin'],
      { env, stdin: valuesJson(bybitPair()) },
    )
    expect(saved.code).toBe(0)
    expect(await offered(['fetch', '--exchange', 'bybit', '--account', ''], {}, guarded)).toEqual(
      [],
    )
    expect(await offered(['fetch', '--account', ''], { env }, guarded)).toEqual([])
  })

  test('never holds what was typed as a value', async () => {
    const value = bybitPair().secret
    const words = ['save', '--api-secret', value, '--api-key', value.slice(0, 4)]
    expect(await offered(words)).toEqual([])
    expect((await offered([...words, ''])).join()).not.toContain(value.slice(0, 8))
  })
})

/** A shell at a terminal in which completion is set up. */
interface Shell {
  readonly command: readonly string[]
  readonly setUp: string
  /** How often Tab is pressed for a list of what there is. */
  readonly tabsForList: number
}

/** What a person sees in one of the shells. Behind what was completed a `#` is typed, so that a space shows. */
function typing(tmux: string, shell: Shell): void {
  const folder = makeFolder()
  writeFileSync(join(folder, 'values-of-bybit.json'), '{}')
  let screen: Screen | null = null

  async function open(env: Readonly<Record<string, string>> = {}): Promise<Screen> {
    const opened = openProgram(tmux, home, shell.command, {
      columns: 100,
      env: { PATH, PS1: '> ', PROMPT: '> ', ZDOTDIR: folder, LANG: 'C.UTF-8', ...env },
    })
    screen = opened
    await opened.until(/>$/m)
    opened.type(`cd '${folder}'; ${shell.setUp}; clear; echo rea''dy`)
    opened.press('Enter')
    await opened.until(/^ready\n>/m)
    return opened
  }

  async function completed(line: string, shows: string, at: Screen): Promise<void> {
    at.type(line)
    at.press('Tab')
    at.type('#')
    await at.until(new RegExp(`^> mm-secrets ${escaped(shows)} #$`, 'm'))
    at.press('C-u')
  }

  afterEach(() => {
    screen?.press('C-c')
    screen?.type('exit\n')
    screen = null
  })

  test('commands, options and their values are completed', async () => {
    const at = await open()
    await completed('mm-secrets rot', 'rotate', at)
    await completed('mm-secrets audit ver', 'audit verify', at)
    await completed('mm-secrets save --value-s', 'save --value-stdin', at)
    await completed('mm-secrets fetch --env pr', 'fetch --env prod', at)
    await completed('mm-secrets fetch --env=sh', 'fetch --env=shadow', at)
  })

  test('what is stored is completed: an account, a label with @, a suffix', async () => {
    const at = await open()
    await completed(
      'mm-secrets fetch --env prod --account he',
      'fetch --env prod --account hedge',
      at,
    )
    await completed(
      'mm-secrets run --env prod --credential bybit@h',
      'run --env prod --credential bybit@hedge',
      at,
    )
    await completed('mm-secrets fetch --suffix -n', 'fetch --suffix -new', at)
    await completed('mm-secrets fetch --suffix=-n', 'fetch --suffix=-new', at)
  })

  test('several accounts are shown, and no others', async () => {
    const at = await open()
    at.type('mm-secrets fetch --env prod --exchange bybit --account ')
    for (let count = 0; count < shell.tabsForList; count++) at.press('Tab')
    expect(await at.until(/hedge[^]*market/)).not.toContain('kucoin')
  })

  test('files are completed where an option or an argument is one', async () => {
    const at = await open()
    const file = 'values-of-bybit.json'
    await completed('mm-secrets save --value-file val', `save --value-file ${file}`, at)
    await completed('mm-secrets save --value-file=val', `save --value-file=${file}`, at)
    await completed('mm-secrets import --from ccxt val', `import --from ccxt ${file}`, at)
  })

  test('behind -- a program is completed, and its files', async () => {
    const at = await open()
    await completed('mm-secrets run -- mkfif', 'run -- mkfifo', at)
    await completed('mm-secrets run -- cat -n val', 'run -- cat -n values-of-bybit.json', at)
  })

  test('nothing is said where there is nothing, or something is broken', async () => {
    const at = await open({ MM_ENV: '' })
    at.type('mm-secrets fetch --account ')
    at.press('Tab')
    at.type('#')
    expect(await at.until(/#$/m)).toMatch(/^ready\n> mm-secrets fetch --account +#$/m)
  })
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function inShell(name: string, shellAt: (path: string) => Shell, path: string | null): void {
  describeWith('tmux', `in ${name}`, (tmux) => {
    if (path === null) test.skip(`(skipped: ${name} is not installed)`, () => undefined)
    else typing(tmux, shellAt(path))
  })
}

inShell(
  'bash',
  (path) => ({
    command: [path, '--norc', '--noprofile', '-i'],
    setUp: 'eval "$(mm-secrets completion bash)"',
    tabsForList: 2,
  }),
  'bash',
)

inShell(
  'zsh',
  (path) => ({
    command: [path, '-f', '-i'],
    setUp: 'autoload -Uz compinit && compinit -u; eval "$(mm-secrets completion zsh)"',
    tabsForList: 1,
  }),
  realPart('zsh'),
)

inShell(
  'fish',
  (path) => ({
    command: [
      path,
      '--no-config',
      '-C',
      'function fish_prompt; echo -n "> "; end; set -g fish_autosuggestion_enabled 0; set -g fish_greeting',
    ],
    setUp: 'mm-secrets completion fish | source',
    tabsForList: 1,
  }),
  realPart('fish'),
)

describe.skip('in PowerShell (skipped: there is no PowerShell in Debian to try it in)', () => {
  test('commands, options and their values are completed', () => undefined)
})
