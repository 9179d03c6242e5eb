import type { VersionId } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { fakeCli, someKey, someSecret } from '../fake-cli.ts'
import { schemaErrors } from '../schemas.ts'
import { writtenByOthers } from '../written-by-others.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const PROD = ['--env', 'prod', '--exchange', 'bybit'] as const

/** A desk where somebody wrote a credential with another tool three days ago. */
async function foreignDesk(named: readonly string[]) {
  const cli = fakeCli({ seenAs: writtenByOthers })
  const [key, secret] = [someKey(), someSecret()]
  const saved = await cli.run(['save', ...named, '--json'], { answers: [key, secret] })
  const { versionId } = JSON.parse(saved.stdout) as { readonly versionId: string }
  cli.pass(3 * 86_400_000)
  return { ...cli, key, secret, versionId }
}

test('what another tool wrote is shown masked, with versions and ages, then adopted after a yes', async () => {
  const { events, key, run, secret, versionId } = await foreignDesk(DEV)
  const adopted = await run(['rotate', ...DEV, '--adopt'], { answers: [true] })
  expect(adopted).toMatchObject({ code: 0 })
  expect(adopted.questions).toEqual(['This makes them one version of dev/bybit. Go on?'])
  expect(adopted.stderr.split('\n').slice(0, 3)).toEqual([
    'dev/bybit, as another tool wrote it: value, version and its age',
    `  api_key     ${key.slice(0, 3)}...***  ${versionId}  3 days`,
    `  api_secret  ${secret.slice(0, 3)}...***  ${versionId}  3 days`,
  ])
  expect(adopted.stdout).toMatch(/^Adopted dev\/bybit\. Version [0-9a-f]{8} is live\.\n$/)
  // It is the same key: there is no old one to revoke.
  expect(adopted.stderr).not.toContain('--old-revoked')
  expect(events.map(({ action, outcome }) => `${action} ${outcome}`).slice(-3)).toEqual([
    'read done',
    'rotate started',
    'rotate done',
  ])

  expect(events.at(-1)?.reason).toBe(`adopt: api_key ${versionId}, api_secret ${versionId}`)
  const { stdout } = await run(['history', ...DEV], { answers: [] })
  expect(stdout).toContain(`repeats ${versionId.slice(0, 8)}`)
  expect(JSON.parse((await run(['status'])).stdout)).toMatchObject({
    credentials: [{ condition: 'fine', fix: null, notRevoked: null }],
  })
})

test('adoption is declined by a no, and in a script it takes --yes', async () => {
  const { run, versionId } = await foreignDesk(DEV)
  expect((await run(['rotate', ...DEV, '--adopt'], { answers: [false] })).code).toBe(3)
  expect((await run(['rotate', ...DEV, '--adopt'])).code).toBe(2)
  const before = JSON.parse((await run(['history', ...DEV])).stdout) as Record<string, unknown>
  expect(before).toMatchObject({ asWritten: { api_key: versionId }, versions: [{ ours: false }] })
  expect(schemaErrors('history', before)).toEqual([])
  const adopted = await run(['rotate', ...DEV, '--adopt', '--yes'])
  expect(JSON.parse(adopted.stdout)).toMatchObject({ action: 'adopt', previous: versionId })
  expect(schemaErrors('rotate', JSON.parse(adopted.stdout))).toEqual([])
})

test('for prod the name is typed, which --yes does not answer', async () => {
  const { run } = await foreignDesk(PROD)
  expect((await run(['rotate', ...PROD, '--adopt', '--yes'])).code).toBe(2)
  expect((await run(['rotate', ...PROD, '--adopt'], { answers: ['prod'] })).code).toBe(3)
  expect((await run(['rotate', ...PROD, '--adopt'], { answers: ['prod/bybit'] })).code).toBe(0)
})

test('--dry-run prints the plan and asks nothing', async () => {
  const { run, versionId } = await foreignDesk(PROD)
  const plan = await run(['rotate', ...PROD, '--adopt', '--dry-run'], { answers: [] })
  expect(plan).toMatchObject({ code: 0, questions: [] })
  expect(plan.stdout).toMatch(
    /^prod\/bybit, as another tool wrote it: [^]*\nNothing was written\.\n$/,
  )
  const document = JSON.parse((await run(['rotate', ...PROD, '--adopt', '--dry-run'])).stdout) as {
    readonly members: Record<string, string>
  }
  expect(schemaErrors('rotate', document)).toEqual([])
  expect(document).toMatchObject({
    action: 'adopt',
    asWritten: { api_key: versionId, api_secret: versionId },
  })
  expect(document.members['api_key']).toMatch(/^...\.\.\.\*{3}$/)
})

test('what somebody wrote while a person looked is not adopted', async () => {
  let secret: VersionId | null = null
  const seenAs: typeof writtenByOthers = (memory) =>
    writtenByOthers(memory, ({ asWritten }) => ({
      asWritten: secret === null ? asWritten : { ...asWritten, api_secret: secret },
    }))
  const cli = fakeCli({ seenAs })
  await cli.run(['save', ...DEV], { answers: [someKey(), someSecret()] })
  const meanwhile = () => {
    secret = 'another-version-of-36-characters----' as VersionId
    return Promise.resolve(true as never)
  }
  const late = await cli.run(['rotate', ...DEV, '--adopt'], { answers: [meanwhile] })
  expect(late.code).toBe(8)
  expect(late.stderr).toContain('was changed since it was shown')
})

test('where everything is ours there is nothing to adopt, and no other mode asks', async () => {
  const { run } = fakeCli()
  await run(['save', ...DEV], { answers: [someKey(), someSecret()] })
  const none = await run(['rotate', ...DEV, '--adopt', '--yes'])
  expect(none.code).toBe(4)
  expect(none.stderr).toContain('there is nothing to adopt')
  expect((await run(['rotate', ...DEV, '--rollback', '--yes'])).code).toBe(2)
  expect((await run(['rotate', ...DEV, '--rollback', '--adopt'])).code).toBe(2)
})
