import { expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const PROD = ['--env', 'prod', '--exchange', 'bybit'] as const

async function saved(named: readonly string[]) {
  const cli = fakeCli()
  const key = someKey()
  await cli.run(['save', ...named], { answers: [key, someSecret()] })
  return { ...cli, key }
}

test('a credential moves to json layout and back, its values and its version the same', async () => {
  const { key, run } = await saved(DEV)
  const before = JSON.parse((await run(['list'])).stdout) as Record<string, unknown>
  const there = await run(['migrate', ...DEV, '--layout', 'json', '--yes'])
  expect(JSON.parse(there.stdout)).toMatchObject({ from: 'pair', layout: 'json' })
  expect(JSON.parse((await run(['list'])).stdout)).toMatchObject({
    credentials: [{ layout: 'json', names: ['mm-bot/dev/bybit'] }],
  })
  expect((await run(['fetch', ...DEV])).stdout).toContain(key.slice(0, 3))
  const back = await run(['migrate', ...DEV, '--layout', 'pair'], { answers: [true] })
  expect(back.questions).toEqual(['This moves dev/bybit from json to pair layout. Go on?'])
  expect(back.stdout).toBe(
    'Moved dev/bybit to pair layout: mm-bot/dev/bybit/api_key, mm-bot/dev/bybit/api_secret\n',
  )
  expect(JSON.parse((await run(['list'])).stdout)).toEqual(before)
})

test('the layout that it has already needs no question, and changes nothing', async () => {
  const { events, run } = await saved(DEV)
  const recorded = events.length
  const same = await run(['migrate', ...DEV, '--layout', 'pair'], { answers: [] })
  expect(same.stdout).toMatch(/^dev\/bybit is in pair layout already: /)
  expect(events).toHaveLength(recorded)
})

test('--dry-run names the secrets and changes nothing', async () => {
  const { run } = await saved(PROD)
  const plan = await run(['migrate', ...PROD, '--layout', 'json', '--dry-run'], { answers: [] })
  expect(plan.stdout).toBe(
    'Would move prod/bybit to json layout: mm-bot/prod/bybit\nNothing was changed.\n',
  )
  expect(JSON.parse((await run(['list'])).stdout)).toMatchObject({
    credentials: [{ layout: 'pair' }],
  })
})

test('for prod the name is typed, which --yes does not answer', async () => {
  const { run } = await saved(PROD)
  const args = ['migrate', ...PROD, '--layout', 'json', '--yes']
  expect((await run(args)).code).toBe(2)
  expect((await run(args, { answers: ['yes'] })).code).toBe(3)
  expect((await run(args, { answers: ['prod/bybit'] })).code).toBe(0)
})

test.each([
  [[...DEV, '--layout', 'jsn', '--yes'], 2, 'Did you mean "json"?'],
  [[...DEV, '--suffix=-new', '--layout', 'json', '--yes'], 2, 'cannot be stored in JSON layout'],
  [
    ['--env', 'soak', '--exchange', 'bybit', '--layout', 'json', '--yes'],
    4,
    'There is no soak/bybit',
  ],
  [[...DEV, '--layout', 'json'], 2, 'needs a confirmation'],
  [[...DEV], 2, 'Give --layout a value.'],
])('migrate %j exits with %i: %s', async (argv, code, message) => {
  const { run } = await saved(DEV)
  const refused = await run(['migrate', ...argv])
  expect(refused).toMatchObject({ code, stdout: '' })
  expect(refused.stderr).toContain(message)
})

test('what is deleted is restored first', async () => {
  const { run } = await saved(DEV)
  await run(['delete', ...DEV, '--yes'])
  const refused = await run(['migrate', ...DEV, '--layout', 'json', '--yes'])
  expect(refused.code).toBe(8)
  expect(refused.stderr).toContain('mm-secrets restore --env dev --exchange bybit')
})
