import { expect, test } from 'vitest'
import type { FakeCli } from '../fake-cli.ts'
import { fakeCli } from '../fake-cli.ts'

const NOTE = ['audit', 'note', '--env', 'dev', '-m', 'moved']
const VERIFY = ['audit', 'verify', '--env', 'dev']

/** What a person is told of one record. */
async function told(cli: FakeCli, backend: string): Promise<string> {
  const options = { env: { SECRETS_BACKEND: backend }, answers: [] }
  expect(await cli.run(NOTE, options)).toMatchObject({ code: 0 })
  return (await cli.run(VERIFY, options)).stdout
}

test('audit verify says which records the vault does not protect', async () => {
  expect(await told(fakeCli({ auditKey: 'home' }), 'file')).toBe(
    "dev: 1 record, the chain holds; 1 of them under the home's key, which the vault does not protect\n",
  )
  expect(await told(fakeCli({ auditKey: 'vault' }), 'file')).toBe(
    'dev: 1 record, the chain holds\n',
  )
})

test('audit verify does not speak of a vault where there is none', async () => {
  expect(await told(fakeCli({ auditKey: 'home' }), 'aws')).toBe('dev: 1 record, the chain holds\n')
})

test('audit verify counts them for scripts, whatever the backend', async () => {
  const cli = fakeCli({ auditKey: 'home' })
  await told(cli, 'aws')
  const { stdout } = await cli.run([...VERIFY, '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    environments: [{ broken: null, env: 'dev', homeKeyRecords: 1, records: 1 }],
  })
})
