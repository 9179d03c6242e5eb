import { expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

const PROD = ['--env', 'prod', '--exchange', 'bybit'] as const

test('save with values in the command line works, warns once, and marks the key as exposed', async () => {
  const { run } = fakeCli()
  const [key, secret] = [someKey(), someSecret()]
  const saved = await run(['save', ...PROD, '--api-key', key, '--api-secret', secret])
  expect(saved.code).toBe(0)
  expect(JSON.parse(saved.stdout)).toMatchObject({ credential: 'prod/bybit', exposed: true })
  expect(saved.stderr.match(/^warning:/gm)).toHaveLength(1)
  expect(saved.stderr).toContain('--value-stdin')

  const fetched = await run(['fetch', ...PROD])
  expect(fetched.stdout).toBe(
    `{"api_key":"${key.slice(0, 3)}...***","api_secret":"${secret.slice(0, 3)}...***","env":"prod","exchange":"bybit"}\n`,
  )
  const status = await run(['status', '--check'])
  expect(status.code).toBe(11)
  expect(JSON.parse(status.stdout)).toMatchObject({ credentials: [{ condition: 'exposed' }] })
})

test('two halves make a credential; the first says that nothing is live yet', async () => {
  const { run } = fakeCli()
  const shadow = ['--exchange', 'bybit', '--env', 'shadow'] as const
  const first = await run(['save', ...shadow, '--key-type', 'api_key', '--value', someKey()])
  expect(first.code).toBe(0)
  expect(first.stderr).toContain('Nothing of shadow/bybit is live yet: api_secret is missing.')
  const { pending } = JSON.parse(first.stdout) as { pending: { versionId: string } }
  expect(first.stderr).toContain(`--complete ${pending.versionId}`)
  expect((await run(['fetch', ...shadow])).code).toBe(12)

  const second = await run(['save', ...shadow, '--key-type', 'api_secret', '--value', someSecret()])
  expect(JSON.parse(second.stdout)).toMatchObject({ pending: null, versionId: pending.versionId })
  expect((await run(['fetch', ...shadow])).code).toBe(0)
})

test('a half is completed from another machine by its ticket', async () => {
  const { run } = fakeCli()
  await run(['save', ...PROD, '--value-stdin'], { stdin: `${someKey()}\n${someSecret()}` })
  const half = ['save', ...PROD, '--value-stdin', '--key-type'] as const
  const first = await run([...half, 'api_key'], { stdin: someKey() })
  const { pending } = JSON.parse(first.stdout) as { pending: { versionId: string } }
  const second = await run([...half, 'api_secret', '--complete', pending.versionId], {
    stdin: someSecret(),
  })
  expect(JSON.parse(second.stdout)).toMatchObject({
    action: 'rotate',
    versionId: pending.versionId,
  })
})

test('a copy is saved beside, and promoted only once it is whole', async () => {
  const { run } = fakeCli()
  const stdin = `${someKey()}\n${someSecret()}`
  await run(['save', ...PROD, '--value-stdin'], { stdin })
  const key = someKey()
  const half = ['save', ...PROD, '--suffix', '-new', '--key-type'] as const
  await run([...half, 'api_key', '--value', key])
  const refused = await run(['rotate', ...PROD, '--from-suffix', '-new'])
  expect(refused).toMatchObject({ code: 12, stdout: '' })
  expect(refused.stderr).toContain('api_secret')

  await run([...half, 'api_secret', '--value', someSecret()])
  const promoted = await run(['rotate', ...PROD, '--from-suffix', '-new'])
  expect(promoted.code).toBe(0)
  expect(promoted.stderr).toContain('The old key still works until it is revoked at bybit')
  expect((await run(['fetch', ...PROD])).stdout).toContain(`"${key.slice(0, 3)}...***"`)
})

test('rotate takes new values from the command line, and the old key is asked about until it is revoked', async () => {
  const { run } = fakeCli()
  await run(['save', ...PROD, '--value-stdin'], { stdin: `${someKey()}\n${someSecret()}` })
  const argv = ['--new-api-key', someKey(), '--new-api-secret', someSecret()]
  const rotated = await run(['rotate', ...PROD, ...argv])
  expect(rotated.code).toBe(0)
  const { notRevoked, previous } = JSON.parse(rotated.stdout) as Record<string, string>
  expect(notRevoked).toBe(previous)
  await run(['rotate', ...PROD, '--old-revoked'])
  const status = JSON.parse((await run(['status'])).stdout) as {
    credentials: { notRevoked: string | null }[]
  }
  expect(status.credentials[0]?.notRevoked).toBeNull()
})

test('a reader uses the copy that MM_API_KEY_SUFFIX names', async () => {
  const { run } = fakeCli()
  const key = someKey()
  const stdin = `${key}\n${someSecret()}`
  await run(['save', ...PROD, '--suffix', '-new', '--value-stdin'], { stdin })
  const env = { MM_API_KEY_SUFFIX: '-new' }
  expect((await run(['fetch', ...PROD], { env })).stdout).toContain(`"${key.slice(0, 3)}...***"`)
  expect((await run(['fetch', ...PROD])).code).toBe(4)
})
