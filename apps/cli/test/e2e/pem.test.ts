import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeWith } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import { letters } from './keys.ts'
import { openScreen } from './screen.ts'

const BINANCE = ['--env', 'dev', '--exchange', 'binance'] as const

const { privateKey: PEM } = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const KEY = letters(64)

/** The forms in which a PEM block reaches a person or a script. */
const FORMS = {
  'as it is': PEM,
  'with CRLF': PEM.replaceAll('\n', '\r\n'),
  'without its last line end': PEM.trimEnd(),
  'in one line with escapes': PEM.replaceAll('\n', '\\n'),
  'in one line with the escapes of CRLF': PEM.replaceAll('\n', '\\r\\n'),
} as const

async function storedPem(home: Home): Promise<unknown> {
  return documentOf(await home.run(['fetch', ...BINANCE, '--reveal']))['api_secret']
}

describe.each(Object.entries(FORMS))(
  'a private key %s is stored as one and the same PEM',
  (_, given) => {
    test.each([
      ['--value-stdin, alone', '--value-stdin', ['--key-type', 'api_secret'], given],
      ['--value-file, alone', '--value-file', ['--key-type', 'api_secret'], given],
      [
        '--value-stdin, in JSON',
        '--value-stdin',
        [],
        JSON.stringify({ api_key: KEY, api_secret: given }),
      ],
      [
        '--value-file, in JSON',
        '--value-file',
        [],
        JSON.stringify({ api_key: KEY, api_secret: given }, null, 2),
      ],
    ] as const)('from %s', async (__, option, keyType, text) => {
      const home = makeHome()
      const file = join(home.path, 'key.pem')
      writeFileSync(file, text, { mode: 0o600 })
      if (keyType.length > 0) {
        await home.run(['save', ...BINANCE, '--key-type', 'api_key', '--value-stdin'], {
          stdin: KEY,
        })
      }
      const source = option === '--value-file' ? [option, file] : [option]
      const stdin = option === '--value-file' ? '' : text
      documentOf(await home.run(['save', ...BINANCE, ...keyType, ...source], { stdin }))
      expect(await storedPem(home)).toBe(PEM)
    })

    test('from a .env file that is imported', async () => {
      const home = makeHome()
      const file = join(home.path, '.env')
      writeFileSync(file, `BINANCE_API_KEY=${KEY}\nBINANCE_API_SECRET="${given}"\n`, {
        mode: 0o600,
      })
      documentOf(await home.run(['import', '--from', 'dotenv', file, '--apply']))
      expect(await storedPem(home)).toBe(PEM)
    })
  },
)

test('an encrypted key is refused by name, in JSON and alone', async () => {
  const home = makeHome()
  const { privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  })
  const alone = ['save', ...BINANCE, '--key-type', 'api_secret', '--value-stdin', '--json']
  const refused = errorOf(await home.run(alone, { stdin: privateKey }), 2)
  expect(refused.message).toContain('encrypted PEM private key')
  const stdin = JSON.stringify({ api_key: KEY, api_secret: privateKey })
  const whole = await home.run(['save', ...BINANCE, '--value-stdin', '--json'], { stdin })
  expect(errorOf(whole, 2).message).toContain('encrypted PEM private key')
})

test('keygen, the api_key of the exchange, and the key signs for its public half', async () => {
  const home = makeHome()
  const made = await home.run(['keygen', ...BINANCE])
  expect(made.code).toBe(0)
  const ticket = /--complete (\S+)/.exec(made.stderr)?.[1] ?? ''
  const args = ['save', ...BINANCE, '--key-type', 'api_key', '--complete', ticket, '--value-stdin']
  documentOf(await home.run(args, { stdin: KEY }))
  const pem = (await storedPem(home)) as string
  const publicKey = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' })
  expect(publicKey).toBe(made.stdout)
})

describeWith('tmux', 'at a prompt', (tmux) => {
  test('a private key is named as @FILE', async () => {
    const home = makeHome()
    const file = join(home.path, 'key.pem')
    writeFileSync(file, PEM.replaceAll('\n', '\r\n'), { mode: 0o600 })
    const screen = openScreen(tmux, home, ['save', ...BINANCE])
    await screen.until(/api_key of dev\/binance/)
    screen.type(KEY)
    screen.press('Enter')
    await screen.until(/@FILE for a PEM key/)
    screen.type(`@${file}`)
    screen.press('Enter')
    expect(await screen.ended()).toBe(0)
    expect(await storedPem(home)).toBe(PEM)
  })
})
