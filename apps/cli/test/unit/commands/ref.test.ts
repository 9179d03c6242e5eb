import type { Backend, CredentialState } from '@mm-secrets/core'
import { secretName } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'
import { arn } from '../referring/state-on-aws.ts'

const PROD = ['--env', 'prod', '--exchange', 'bybit'] as const

/** The store in memory with the ARNs that AWS would have. */
const onAws = (memory: Backend): Backend => ({
  ...memory,
  describe: async (ref, call) => {
    const state = await memory.describe(ref, call)
    if (state === null) return null
    const arns: CredentialState['arns'] = {
      api_key: arn(secretName(ref, 'api_key')),
      api_secret: arn(secretName(ref, 'api_secret')),
    }
    return { ...state, arns }
  },
})

async function saved(seenAs: (memory: Backend) => Backend = onAws) {
  const cli = fakeCli({ seenAs })
  const [key, secret] = [someKey(), someSecret()]
  const outcome = await cli.run(['save', ...PROD, '--json', '--site', 'testnet'], {
    answers: [key, secret],
  })
  const { versionId } = JSON.parse(outcome.stdout) as { readonly versionId: string }
  return { ...cli, key, secret, versionId }
}

test('prints the references alone, under the names of run, and says that they stay behind', async () => {
  const { events, run, versionId } = await saved()
  const recorded = events.length
  const { code, stderr, stdout } = await run(['ref', ...PROD, '--format', 'ecs'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    secrets: [{ name: 'BYBIT_API_KEY' }, { name: 'BYBIT_API_SECRET' }],
  })
  expect(stdout.match(new RegExp(`:::${versionId}"`, 'g'))).toHaveLength(2)
  expect(stderr).toContain(`These stay at version ${versionId}`)
  // Only metadata is read.
  expect(events).toHaveLength(recorded)
})

test.each([
  ['ccxt', 'BYBIT_APIKEY'],
  ['freqtrade', 'FREQTRADE__EXCHANGE__KEY'],
  ['nautilus', 'BYBIT_TESTNET_API_KEY'],
])('--as %s names the key %s', async (scheme, variable) => {
  const { run } = await saved()
  const { stdout } = await run(['ref', ...PROD, '--format', 'cloudformation', '--as', scheme])
  expect(stdout.split(':')[0]).toBe(variable)
})

test('the previous version is referred to by its stage or its id', async () => {
  const { run, versionId } = await saved()
  await run(['rotate', ...PROD], { answers: [someKey(), someSecret()] })
  const args = ['ref', ...PROD, '--format', 'external-secrets', '--secret-store', 'desk'] as const
  expect((await run(args)).stdout).not.toContain(versionId)
  for (const which of [
    ['--stage', 'previous'],
    ['--version-id', versionId],
  ]) {
    const { stdout } = await run([...args, ...which])
    expect(stdout).toContain(`version: "uuid/${versionId}"`)
    expect(stdout).toContain('name: "desk"')
  }
})

test('without aws there is nothing to refer to', async () => {
  const { run } = await saved((memory) => memory)
  const refused = await run(['ref', ...PROD, '--format', 'ecs'])
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain('References exist on aws only')
})

test.each([
  [['--format', 'esc'], 'Did you mean "ecs"?'],
  [['--format', 'ecs', '--as', 'mm-python'], 'takes all values in one variable'],
  [['--format', 'ecs', '--stage', 'previus'], 'Did you mean "previous"?'],
  [['--format', 'ecs', '--version-id', 'x'], '--version-id is not the id of a version.'],
  [['--format', 'ecs', '--secret-store', 'x'], 'goes with --format external-secrets'],
  [['--format', 'external-secrets', '--secret-store', 'X Y'], 'is not the name of a SecretStore'],
])('ref %j: %s', async (argv, message) => {
  const { run } = await saved()
  const refused = await run(['ref', ...PROD, ...argv])
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain(message)
})
