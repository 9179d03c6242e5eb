import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FakeCli } from '../fake-cli.ts'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

let cli: FakeCli

beforeEach(() => {
  cli = fakeCli()
})

interface Generated {
  readonly algorithm: string
  readonly publicKey: string
  readonly ticket: string
}

const named = (exchange: string) => ['--env', 'dev', '--exchange', exchange]
const keygen = async (exchange: string, ...args: readonly string[]) => {
  const { stdout } = await cli.run(['keygen', ...named(exchange), '--json', ...args])
  return JSON.parse(stdout) as Generated
}
const complete = (exchange: string, ticket: string, ...args: readonly string[]) =>
  cli.run(
    [
      'save',
      ...named(exchange),
      '--key-type',
      'api_key',
      '--complete',
      ticket,
      '--value-stdin',
      ...args,
    ],
    { stdin: someKey() },
  )
async function privateKey(exchange: string) {
  const { stdout } = await cli.run(['fetch', ...named(exchange), '--reveal'])
  return createPrivateKey((JSON.parse(stdout) as { readonly api_secret: string }).api_secret)
}

describe('the private half that is stored signs what the public one verifies', () => {
  const message = Buffer.from('symbol=BTCUSDT&timestamp=1700000000000')

  test('Ed25519 for binance', async () => {
    const { algorithm, publicKey, ticket } = await keygen('binance')
    expect(algorithm).toBe('ed25519')
    expect((await complete('binance', ticket)).code).toBe(0)
    const signature = sign(null, message, await privateKey('binance'))
    expect(verify(null, message, createPublicKey(publicKey), signature)).toBe(true)
  })

  test.each([2048, 4096])('RSA of %d bits for bybit', async (bits) => {
    const { algorithm, publicKey, ticket } = await keygen('bybit', '--bits', String(bits))
    expect(algorithm).toBe(`rsa-${bits}`)
    const key = createPublicKey(publicKey)
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(bits)
    expect((await complete('bybit', ticket)).code).toBe(0)
    const signature = sign('sha256', message, await privateKey('bybit'))
    expect(verify('sha256', message, key, signature)).toBe(true)
  })
})

test('only the public key is printed, the same PEM whether piped or not', async () => {
  const piped = await cli.run(['keygen', ...named('binance')])
  expect(piped.stdout).toMatch(/^-----BEGIN PUBLIC KEY-----\n[^-]+\n-----END PUBLIC KEY-----\n$/)
  expect(piped.stdout + piped.stderr).not.toContain('PRIVATE')
  const shown = await cli.run(['keygen', ...named('bybit')], { answers: [] })
  expect(shown.stdout).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
  expect(shown.stderr).toMatch(
    /save --env dev --exchange bybit --key-type api_key --complete \S{36}\n$/,
  )
})

test('nothing is live before the api_key is there; over an existing key it is a rotation', async () => {
  await cli.run(['save', ...named('bybit'), '--value-stdin'], {
    stdin: `${someKey()}\n${someSecret()}\n`,
  })
  const before = (await cli.run(['fetch', ...named('bybit')])).stdout
  const { ticket } = await keygen('bybit')
  expect((await cli.run(['fetch', ...named('bybit')])).stdout).toBe(before)
  const completed = await complete('bybit', ticket)
  expect(JSON.parse(completed.stdout)).toMatchObject({ action: 'rotate', pending: null })
  expect((await privateKey('bybit')).asymmetricKeyType).toBe('rsa')
})

test('a half that is pending is never joined, whoever saved it', async () => {
  await cli.run(['save', ...named('bybit'), '--key-type', 'api_key', '--value-stdin'], {
    stdin: someKey(),
  })
  const refused = await cli.run(['keygen', ...named('bybit')])
  expect(refused).toMatchObject({ code: 8, stdout: '' })
  expect(refused.stderr).toContain('--discard')
  await cli.run(['rotate', ...named('bybit'), '--discard'])
  expect((await cli.run(['keygen', ...named('bybit')])).code).toBe(0)
  expect((await cli.run(['keygen', ...named('bybit')])).code).toBe(8)
})

test.each([
  ['kucoin, which makes its keys itself', ['keygen', ...named('kucoin')], 'KuCoin makes its keys'],
  ['a size for Ed25519', ['keygen', ...named('binance'), '--bits', '2048'], 'Ed25519'],
  [
    'a size that bybit does not offer',
    ['keygen', ...named('bybit'), '--bits', '1024'],
    '2048 or 4096',
  ],
])('%s is wrong usage', async (_, args, message) => {
  const outcome = await cli.run(args)
  expect(outcome).toMatchObject({ code: 2, stdout: '' })
  expect(outcome.stderr).toContain(message)
})

test('the memory backend, which would forget the private half, is refused', async () => {
  const env = { SECRETS_BACKEND: 'memory' }
  expect((await cli.run(['keygen', ...named('binance')], { env })).code).toBe(2)
})
