import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const PROD = ['--env', 'prod', '--exchange', 'bybit'] as const

test('at a terminal every member is asked for, and a sentence tells what came of it', async () => {
  const { run } = fakeCli()
  const saved = await run(['save', ...DEV], { answers: [someKey(), someSecret()] })
  expect(saved.questions).toEqual([
    'api_key of dev/bybit',
    'api_secret of dev/bybit (@FILE for a PEM key)',
  ])
  expect(saved.stdout).toMatch(/^Saved dev\/bybit\. Version [0-9a-f]{8} is live\.\n$/)
})

test('a PEM private key is named at the prompt by its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mm-secrets-cli-'))
  try {
    const file = join(folder, 'key.pem')
    const { privateKey } = generateKeyPairSync('ed25519')
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    const { run } = fakeCli()
    expect((await run(['save', ...DEV], { answers: [someKey(), `@${file}`] })).code).toBe(0)
    expect((await run(['fetch', ...DEV])).stdout).toContain('"api_secret":"***"')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a rotation that someone else overtook while the values were typed writes nothing', async () => {
  const { run } = fakeCli()
  await run(['save', ...DEV], { answers: [someKey(), someSecret()] })
  const faster = someKey()
  const meanwhile = async () => {
    await run(['rotate', ...DEV], { answers: [faster, someSecret()] })
    return someSecret()
  }
  const slower = await run(['rotate', ...DEV], { answers: [someKey(), meanwhile] })
  expect(slower.code).toBe(8)
  expect(slower.stderr).toMatch(/changed by someone else meanwhile/)
  expect((await run(['fetch', ...DEV])).stdout).toContain(faster.slice(0, 3))
  expect(JSON.parse((await run(['history', ...DEV])).stdout)).toMatchObject({
    versions: [{ pending: false }, { pending: false }],
  })
})

test('list, status, history and the audit log are tables that fit the terminal', async () => {
  const { run } = fakeCli()
  await run(['save', ...DEV], { answers: [someKey(), someSecret()] })
  await run(['rotate', ...DEV], { answers: [someKey(), someSecret()] })
  for (const columns of [60, 80, 200]) {
    for (const argv of [['list'], ['status'], ['history', ...DEV], ['audit', 'show']]) {
      const { code, stdout } = await run(argv, { answers: [], columns })
      expect(code).toBe(0)
      expect(stdout).toMatch(/^[A-Z]/)
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(
        columns,
      )
    }
  }
})

test('below the table of status stands the command that mends what is half', async () => {
  const { run } = fakeCli()
  const half = ['save', ...DEV, '--key-type', 'api_key'] as const
  const { stdout } = await run([...half, '--json'], { answers: [someKey()] })
  const { pending } = JSON.parse(stdout) as { readonly pending: { readonly versionId: string } }
  const command = `mm-secrets save --env dev --exchange bybit --key-type api_secret --complete ${pending.versionId}`
  const shown = await run(['status'], { answers: [], columns: 200 })
  expect(shown.stderr).toMatch(/^note: Only a part of dev\/bybit was saved;/)
  expect(shown.stderr).toContain(` ${command}\n`)
  expect(JSON.parse((await run(['status'])).stdout)).toMatchObject({
    credentials: [{ fix: command }],
  })
})

test('--json prints for programs at a terminal, too', async () => {
  const { run } = fakeCli()
  expect((await run(['list', '--json'], { answers: [] })).stdout).toBe('{"credentials":[]}\n')
})

test('prod is revealed and deleted only after its name was typed, which --yes does not answer', async () => {
  const { run } = fakeCli()
  const key = someKey()
  await run(['save', ...PROD], { answers: [key, someSecret()] })

  expect((await run(['fetch', ...PROD, '--reveal'])).code).toBe(6)
  expect((await run(['fetch', ...PROD, '--reveal'], { answers: ['prod'] })).code).toBe(3)
  const revealed = await run(['fetch', ...PROD, '--reveal'], { answers: ['prod/bybit'] })
  expect(JSON.parse(revealed.stdout)).toMatchObject({ api_key: key })

  expect((await run(['delete', ...PROD, '--yes'])).code).toBe(2)
  expect((await run(['delete', ...PROD, '--yes'], { answers: ['yes'] })).code).toBe(3)
  expect((await run(['fetch', ...PROD])).code).toBe(0)
  expect((await run(['delete', ...PROD], { answers: ['prod/bybit'] })).code).toBe(0)
  expect((await run(['fetch', ...PROD])).code).toBe(4)
})

test('other environments ask yes or no, or take --yes', async () => {
  const { run } = fakeCli()
  await run(['save', ...DEV], { answers: [someKey(), someSecret()] })
  expect((await run(['delete', ...DEV])).code).toBe(2)
  expect((await run(['delete', ...DEV], { answers: [false] })).code).toBe(3)
  expect((await run(['delete', ...DEV, '--no-input'], { answers: [] })).code).toBe(2)
  expect((await run(['delete', ...DEV], { answers: [true] })).code).toBe(0)
  const { stderr } = await run(['history', ...DEV], { answers: [] })
  expect(stderr).toContain('It is deleted. To undo: mm-secrets restore --env dev --exchange bybit')
  const gone = await run(['fetch', ...DEV], { answers: [] })
  expect(gone.code).toBe(4)
  expect(gone.stderr).toMatch(/dev\/bybit is deleted\.[^]*mm-secrets restore --env dev/)
  expect((await run(['restore', ...DEV])).code).toBe(0)
  expect((await run(['fetch', ...DEV])).code).toBe(0)
})

test('values are never revealed in CI, and prod is out of reach there', async () => {
  const { run } = fakeCli()
  await run(['save', ...DEV], { answers: [someKey(), someSecret()] })
  const env = { CI: 'true' }
  const refused = await run(['fetch', ...DEV, '--reveal', '--json'], { env })
  expect(refused.code).toBe(6)
  expect(refused.stderr).toContain('"code":"REVEAL_REFUSED"')
  const prod = await run(['fetch', ...PROD, '--reveal', '--json'], { env, answers: [] })
  expect(prod.stderr).toContain('"code":"PROD_FORBIDDEN_IN_CI"')
})
