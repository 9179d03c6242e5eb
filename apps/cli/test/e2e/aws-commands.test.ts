import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAwsDesk } from './aws-desk.ts'
import type { Home } from './bundle.ts'
import { HOST_NODE } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair } from './keys.ts'
import { binancePair, bybitPair, masked, valuesJson } from './keys.ts'
import { endLater, until } from './run-processes.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const

async function saved(home: Home): Promise<Pair> {
  const pair = bybitPair()
  documentOf(await home.run(['save', ...DEV, '--value-stdin'], { stdin: valuesJson(pair) }))
  return pair
}

test('what other tools have in files moves in, and out again', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const [bybit, binance] = [bybitPair(), binancePair()]
  const file = join(home.path, 'keys.env')
  writeFileSync(
    file,
    [
      `BYBIT_API_KEY=${bybit.key}`,
      `BYBIT_API_SECRET=${bybit.secret}`,
      `BINANCE_API_KEY=${binance.key}`,
      `BINANCE_API_SECRET=${binance.secret}`,
      '',
    ].join('\n'),
  )
  const read = ['import', '--from', 'dotenv', file, '--env', 'dev'] as const
  documentOf(await home.run(read))
  expect([...desk.secrets().keys()]).toEqual([])
  documentOf(await home.run([...read, '--apply']))
  expect([...desk.secrets().keys()].sort()).toEqual([
    'mm-bot/dev/binance/api_key',
    'mm-bot/dev/binance/api_secret',
    'mm-bot/dev/bybit/api_key',
    'mm-bot/dev/bybit/api_secret',
  ])
  const output = join(home.path, 'out.json')
  documentOf(await home.run(['export', ...DEV, '--format', 'json', '--output', output]))
  expect(readFileSync(output, 'utf8')).toContain(bybit.secret)
})

test('a value of one environment is refused in another, and diff tells where it is', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const pair = await saved(home)
  const soak = ['save', '--env', 'soak', '--exchange', 'bybit', '--value-stdin'] as const
  const refused = await home.run([...soak, '--json'], { stdin: valuesJson(pair) })
  expect(errorOf(refused, 6)).toMatchObject({ code: 'REUSED_CREDENTIAL' })
  documentOf(await home.run([...soak, '--allow-reuse'], { stdin: valuesJson(pair) }))
  const compared = await home.run(['diff', '--env', 'dev', '--env', 'soak'])
  expect(compared.code).toBe(13)
  expect(compared.stdout).toContain('"same"')
})

test('a key pair is made with its private half in AWS, and the key that the exchange issues completes it', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const made = await home.run(['keygen', '--env', 'dev', '--exchange', 'binance', '--json'])
  documentOf(made)
  expect(desk.secrets().get('mm-bot/dev/binance/api_secret')?.current).toContain('PRIVATE KEY')
  const named = ['--env', 'dev', '--exchange', 'binance'] as const
  errorOf(await home.run(['fetch', ...named, '--json']), 12)
  const issued = binancePair().key
  const half = ['save', ...named, '--key-type', 'api_key', '--value-stdin']
  expect(documentOf(await home.run(half, { stdin: issued }))).toMatchObject({ pending: null })
  expect(documentOf(await home.run(['fetch', ...named]))).toMatchObject({
    api_key: masked(issued),
    api_secret: '***',
  })
})

test('a program under run --watch is started anew after a rotation elsewhere', async () => {
  const desk = await openAwsDesk()
  const [bot, admin] = [desk.home(), desk.home()]
  const first = await saved(admin)
  const log = join(bot.path, 'log')
  const script = `
    require('node:fs').appendFileSync(process.argv[1], process.env.BYBIT_API_KEY + '\\n')
    setInterval(() => {}, 1000)
  `
  const running = bot.start([...['run', ...DEV, '--watch=1s', '--', HOST_NODE, '-e', script, log]])
  endLater(running)
  const started = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [])
  await until('the program', () => started().length === 1)
  const second = bybitPair()
  documentOf(await admin.run(['rotate', ...DEV, '--value-stdin'], { stdin: valuesJson(second) }))
  await until('its next start', () => started().length === 2)
  expect(started()).toEqual([first.key, second.key])
  running.child.kill('SIGTERM')
  await running.ended
})
