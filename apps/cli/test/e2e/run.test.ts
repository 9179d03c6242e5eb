import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeVersions } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { HOST_NODE, makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair, Triple } from './keys.ts'
import { bybitPair, kucoinTriple, valuesJson } from './keys.ts'
import { descendants, expectNotInArguments, gone, until } from './run-processes.ts'

const BYBIT = ['--env', 'dev', '--exchange', 'bybit'] as const
const KUCOIN = ['--env', 'dev', '--exchange', 'kucoin'] as const
const HEDGE = [...BYBIT, '--account', 'hedge'] as const
const posix = process.platform !== 'win32'

/** A program that prints its environment as JSON. */
const PRINT_ENV = [HOST_NODE, '-e', 'console.log(JSON.stringify(process.env))'] as const

async function save(home: Home, options: readonly string[], values: Pair | Triple): Promise<void> {
  const outcome = await home.run(['save', ...options, '--value-stdin'], {
    stdin: valuesJson(values),
  })
  expect(outcome.code, outcome.stderr).toBe(0)
}

async function environmentOf(
  home: Home,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const outcome = await home.run(['run', ...options, '--', ...PRINT_ENV], { env })
  expect(outcome.code, outcome.stderr).toBe(0)
  return JSON.parse(outcome.stdout) as Record<string, string>
}

describe.each(nodeVersions())('run on $name', ({ path: node }) => {
  test('gives a program the values, its own exit status back, and records the read', async () => {
    const home = makeHome()
    const pair = bybitPair()
    await save(home, BYBIT, pair)
    const script =
      'process.stdout.write(process.env.BYBIT_API_KEY + process.env.BYBIT_API_SECRET); process.exit(7)'
    const outcome = await home.run(['run', ...BYBIT, '--', node, '-e', script], { node })
    expect(outcome).toEqual({ code: 7, stdout: pair.key + pair.secret, stderr: '' })
    const { records } = documentOf<{
      readonly records: readonly { readonly reason: string | null }[]
    }>(await home.run(['audit', 'show', '--env', 'dev']))
    expect(records.at(-1)).toMatchObject({
      action: 'read',
      credential: 'dev/bybit',
      outcome: 'done',
      reason: 'run: node',
    })
  })
})

describe.runIf(posix)('run', () => {
  test('names the values as each kind of program reads them', async () => {
    const home = makeHome()
    const [bybit, hedge, kucoin] = [bybitPair(), bybitPair(), kucoinTriple()]
    await save(home, BYBIT, bybit)
    await save(home, HEDGE, hedge)
    await save(home, KUCOIN, kucoin)
    const all = ['--credential', 'bybit', '--credential', 'bybit@hedge', '--credential', 'kucoin']
    expect(await environmentOf(home, all)).toMatchObject({
      BYBIT_API_KEY: bybit.key,
      BYBIT_API_SECRET: bybit.secret,
      BYBIT_HEDGE_API_KEY: hedge.key,
      BYBIT_HEDGE_API_SECRET: hedge.secret,
      KUCOIN_API_KEY: kucoin.key,
      KUCOIN_API_SECRET: kucoin.secret,
      KUCOIN_API_PASSPHRASE: kucoin.passphrase,
    })
    expect(await environmentOf(home, ['--exchange', 'kucoin', '--as', 'ccxt'])).toMatchObject({
      KUCOIN_APIKEY: kucoin.key,
      KUCOIN_SECRET: kucoin.secret,
      KUCOIN_PASSWORD: kucoin.passphrase,
    })
    expect(await environmentOf(home, ['--exchange', 'kucoin', '--as', 'freqtrade'])).toMatchObject({
      FREQTRADE__EXCHANGE__KEY: kucoin.key,
      FREQTRADE__EXCHANGE__SECRET: kucoin.secret,
      FREQTRADE__EXCHANGE__PASSWORD: kucoin.passphrase,
    })
    const python = await environmentOf(home, ['--exchange', 'bybit', '--as', 'mm-python'])
    expect(python).toMatchObject({ MM_ENV: 'dev', SECRETS_BACKEND: 'memory' })
    expect(JSON.parse(python['MM_FAKE_SECRETS_JSON'] ?? '')).toEqual({
      'mm-bot/dev/bybit/api_key': bybit.key,
      'mm-bot/dev/bybit/api_secret': bybit.secret,
    })
    const maps = ['--map', 'H=bybit@hedge:api_key', '--map', 'P=kucoin:api_passphrase']
    const mapped = await environmentOf(home, [...all, ...maps])
    expect(mapped).toMatchObject({ H: hedge.key, P: kucoin.passphrase })
    expect(JSON.stringify(mapped)).not.toContain(bybit.key)
  })

  test('a key of a test network has the names of nautilus for it', async () => {
    const home = makeHome()
    const pair = bybitPair()
    await save(home, [...BYBIT, '--site', 'testnet'], pair)
    const env = await environmentOf(home, ['--exchange', 'bybit', '--as', 'nautilus'])
    expect(env).toMatchObject({
      BYBIT_TESTNET_API_KEY: pair.key,
      BYBIT_TESTNET_API_SECRET: pair.secret,
    })
    expect(env).not.toHaveProperty('BYBIT_API_KEY')
  })

  test('passes neither our settings nor other values on, and with --pristine hardly anything', async () => {
    const home = makeHome()
    const pair = bybitPair()
    await save(home, BYBIT, pair)
    const exported = {
      BINANCE_API_KEY: bybitPair().key,
      BOT_MODE: 'fast',
      KUCOIN_PASSWORD: kucoinTriple().passphrase,
      MM_ENV: 'dev',
      MM_FAKE_SECRETS_JSON: '{}',
      SECRETS_BACKEND: 'file',
    }
    const env = await environmentOf(home, BYBIT, exported)
    expect(env).toMatchObject({ BOT_MODE: 'fast', HOME: home.path, BYBIT_API_KEY: pair.key })
    // The pin stays: what the program starts may not leave the environment either.
    expect(env).toMatchObject({ MM_ENV: 'dev' })
    const passed = ['BOT_MODE', 'MM_ENV']
    for (const name of Object.keys(exported).filter((each) => !passed.includes(each))) {
      expect(env).not.toHaveProperty(name)
    }
    const pristine = await environmentOf(home, [...BYBIT, '--pristine'], exported)
    expect(pristine).not.toHaveProperty('BOT_MODE')
    expect(pristine).toMatchObject({ HOME: home.path, BYBIT_API_KEY: pair.key })
  })

  test('a variable that is set already is refused, replaced or kept, and never half of a pair', async () => {
    const home = makeHome()
    const [pair, old] = [bybitPair(), bybitPair()]
    await save(home, BYBIT, pair)
    const env = { BYBIT_API_KEY: old.key, BYBIT_API_SECRET: old.secret }
    const refused = await home.run(['run', ...BYBIT, '--', 'touch', join(home.path, 'ran')], {
      env,
    })
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(existsSync(join(home.path, 'ran'))).toBe(false)
    expect(await environmentOf(home, [...BYBIT, '--overwrite'], env)).toMatchObject({
      BYBIT_API_KEY: pair.key,
      BYBIT_API_SECRET: pair.secret,
    })
    expect(await environmentOf(home, [...BYBIT, '--keep'], env)).toMatchObject(env)
    const half = { BYBIT_API_KEY: old.key }
    expect(await home.run(['run', ...BYBIT, '--keep', '--', 'true'], { env: half })).toMatchObject({
      code: 2,
    })
  })

  test('a program that is not there is 127, one that cannot be executed 126, and nothing is read', async () => {
    const home = makeHome()
    await save(home, BYBIT, bybitPair())
    const file = join(home.path, 'bot')
    writeFileSync(file, '#!/bin/sh\ntrue\n', { mode: 0o600 })
    const dangling = join(home.path, 'dangling')
    writeFileSync(dangling, '#!/nonexistent/interpreter\n', { mode: 0o700 })
    for (const [program, code] of [
      ['mm-no-such-program', 127],
      ['/nonexistent/bot', 127],
      [file, 126],
      [home.path, 126],
    ] as const) {
      const { message } = errorOf(await home.run(['run', ...BYBIT, '--json', '--', program]), code)
      expect(message).toContain(program)
    }
    const { records } = documentOf<{ readonly records: readonly { readonly action: string }[] }>(
      await home.run(['audit', 'show', '--env', 'dev']),
    )
    expect(records.map(({ action }) => action)).toEqual(['save', 'save'])
    expect(await home.run(['run', ...BYBIT, '--', dangling])).toMatchObject({
      code: 127,
      stdout: '',
    })
    chmodSync(file, 0o700)
    expect(await home.run(['run', ...BYBIT, '--', file])).toMatchObject({ code: 0, stderr: '' })
  })

  test('what stands behind -- reaches the program as it was typed', async () => {
    const home = makeHome()
    await save(home, BYBIT, bybitPair())
    const typed = [
      '--json',
      '--help',
      '--value',
      '-x y',
      '--suffix',
      '-new',
      '--',
      '*',
      '$HOME',
      '',
    ]
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))'
    const outcome = await home.run(['run', ...BYBIT, '--', HOST_NODE, '-e', script, '--', ...typed])
    expect(JSON.parse(outcome.stdout)).toEqual(typed)
  })

  test.each([
    ['not saved', [], 'dev', {}, 4],
    ['of another environment than the pinned one', [], 'prod', { MM_ENV: 'dev' }, 6],
    ['of prod in CI', [], 'prod', { CI: 'true' }, 6],
  ] as const)(
    'a credential that is %s starts nothing',
    async (_what, options, env, exported, code) => {
      const home = makeHome()
      await save(home, ['--env', 'prod', '--exchange', 'bybit'], bybitPair())
      const ran = join(home.path, 'ran')
      const line = ['run', '--env', env, '--exchange', 'bybit', ...options, '--', 'touch', ran]
      expect(await home.run(line, { env: exported })).toMatchObject({ code, stdout: '' })
      expect(existsSync(ran)).toBe(false)
    },
  )

  test('ten megabytes pass through standard input and output unchanged', async () => {
    const home = makeHome()
    await save(home, BYBIT, bybitPair())
    const bytes = Buffer.alloc(10 * 1024 * 1024, 'mm-secrets passes it on\n')
    const running = home.start(['run', ...BYBIT, '--', 'cat'])
    const hash = createHash('sha256')
    running.child.stdout?.removeAllListeners('data')
    running.child.stdout?.on('data', (chunk: string) => hash.update(chunk))
    running.child.stdin?.end(bytes)
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  test('no value is in the arguments of any process, nor on the streams', async () => {
    const home = makeHome()
    const kucoin = kucoinTriple()
    const values = [kucoin.key, kucoin.secret, kucoin.passphrase]
    await save(home, KUCOIN, kucoin)
    const ready = join(home.path, 'ready')
    const mount = join(home.path, 'bot.env')
    const running = home.start([
      ...['run', ...KUCOIN, '--as', 'ccxt', '--mount', mount, '--watch=200ms', '--', 'sh', '-c'],
      `touch '${ready}'; read -r _`,
    ])
    await until('the program', () => existsSync(ready))
    const family = descendants(running.pid)
    expect(family.length).toBeGreaterThanOrEqual(2)
    expectNotInArguments(values)
    running.child.stdin?.end('\n')
    const outcome = await running.ended
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' })
    await gone(family)
  })
})

describe.runIf(posix)('run --mount', () => {
  test('gives the values in a file for this user alone, which is gone afterwards', async () => {
    const home = makeHome()
    const kucoin = kucoinTriple()
    await save(home, KUCOIN, kucoin)
    const file = join(home.path, 'bot.env')
    const mount = ['--mount', file]
    const script = `stat -c %a '${file}'; . '${file}'; echo "$KUCOIN_APIKEY $KUCOIN_SECRET $KUCOIN_PASSWORD"`
    const seen = await home.run([
      'run',
      ...KUCOIN,
      '--as',
      'ccxt',
      ...mount,
      '--',
      'sh',
      '-c',
      script,
    ])
    expect(seen).toEqual({
      code: 0,
      stdout: `600\n${kucoin.key} ${kucoin.secret} ${kucoin.passphrase}\n`,
      stderr: '',
    })
    expect(await environmentOf(home, [...KUCOIN, ...mount])).not.toHaveProperty('KUCOIN_API_KEY')
    const show = async (format: string) =>
      JSON.parse(
        (await home.run(['run', ...KUCOIN, ...mount, '--format', format, '--', 'cat', file]))
          .stdout,
      ) as unknown
    expect(await show('freqtrade')).toEqual({
      exchange: {
        name: 'kucoin',
        key: kucoin.key,
        secret: kucoin.secret,
        password: kucoin.passphrase,
      },
    })
    expect(await show('json')).toEqual({
      kucoin: {
        api_key: kucoin.key,
        api_secret: kucoin.secret,
        api_passphrase: kucoin.passphrase,
        env: 'dev',
        exchange: 'kucoin',
      },
    })
    expect(readdirSync(home.path).filter((name) => name.includes('bot.env'))).toEqual([])
  })

  test('never touches what is there already', async () => {
    const home = makeHome()
    await save(home, BYBIT, bybitPair())
    const [file, link] = [join(home.path, 'file'), join(home.path, 'link')]
    writeFileSync(file, 'mine')
    symlinkSync(join(home.path, 'elsewhere'), link)
    for (const path of [file, link, join(home.path, 'no', 'folder'), home.path]) {
      const outcome = await home.run([
        'run',
        ...BYBIT,
        '--mount',
        path,
        '--',
        'touch',
        `${home.path}/ran`,
      ])
      expect(outcome).toMatchObject({ code: 2, stdout: '' })
    }
    expect(existsSync(join(home.path, 'ran'))).toBe(false)
    expect(existsSync(join(home.path, 'elsewhere'))).toBe(false)
  })

  test('leaves nothing where the program fails or is not executed', async () => {
    const home = makeHome()
    await save(home, BYBIT, bybitPair())
    const file = join(home.path, 'bot.env')
    const run = (...program: readonly string[]) =>
      home.run(['run', ...BYBIT, '--mount', file, '--', ...program])
    const dangling = join(home.path, 'dangling')
    writeFileSync(dangling, '#!/nonexistent/interpreter\n', { mode: 0o700 })
    expect(await run('false')).toMatchObject({ code: 1 })
    expect(await run('sh', '-c', 'kill -KILL $$')).toMatchObject({ code: 137 })
    expect(await run(dangling)).toMatchObject({ code: 127 })
    expect(existsSync(file)).toBe(false)
  })
})
