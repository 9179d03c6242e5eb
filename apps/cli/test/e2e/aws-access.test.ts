import { randomUUID } from 'node:crypto'
import { parsePoliciesFile } from '@mm-secrets/secrets-manager-server'
import { expect, test } from 'vitest'
import { schemaErrors } from '../unit/schemas.ts'
import type { AwsDesk } from './aws-desk.ts'
import { openAwsDesk } from './aws-desk.ts'
import type { Home } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import { bybitPair, valuesJson } from './keys.ts'

const ACCOUNT = '123456789012'
const BOT = `arn:aws:iam::${ACCOUNT}:role/GitHubActions-Shadow`
const NAMES = 'arn:aws:secretsmanager:*:*:secret:mm-bot/*'
/** The policy for reading as the operations guide has it. */
const GUIDE = {
  Effect: 'Allow',
  Action: [
    'secretsmanager:GetSecretValue',
    'secretsmanager:DescribeSecret',
    'secretsmanager:ListSecrets',
  ],
  Resource: NAMES,
}

const of = (env: string) => ['--env', env, '--exchange', 'bybit']
const secretAccessKey = randomUUID()
const keysOf = (accessKeyId: string) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
})

/** An administrator's machine, and a build server that reads under the guide's policy. */
async function desk(): Promise<{
  readonly desk: AwsDesk
  readonly admin: Home
  readonly bot: Home
}> {
  const policies = [{ Version: '2012-10-17', Statement: [GUIDE] }]
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/GitHubActions-Shadow/run-7`
  const keys = [{ accessKeyId: 'bot', secretAccessKey, arn, policies }]
  const opened = await openAwsDesk({
    accessKeys: [{ accessKeyId: 'admin', secretAccessKey }],
    policies: parsePoliciesFile(JSON.stringify({ keys })),
  })
  const admin = opened.home(keysOf('admin'))
  for (const env of ['shadow', 'prod']) {
    const values = { stdin: valuesJson(bybitPair()) }
    documentOf(await admin.run(['save', ...of(env), '--value-stdin'], values))
  }
  return { desk: opened, admin, bot: opened.home(keysOf('bot')) }
}

interface Events {
  readonly events: readonly { readonly action: string; readonly principal: string }[]
}
interface Readers {
  readonly readers: readonly { readonly seenBy: string; readonly who: string }[]
}

test('who read what is told by the log of this home and by CloudTrail, under published schemas', async () => {
  const { admin, bot } = await desk()
  documentOf(await admin.run(['fetch', ...of('prod')]))
  documentOf(await bot.run(['fetch', ...of('prod')]))

  const access = documentOf<Readers>(await admin.run(['audit', 'access', ...of('prod')]))
  expect(schemaErrors('audit-access', access)).toEqual([])
  expect(access).toMatchObject({ credential: 'prod/bybit' })
  const home = { seenBy: 'home', reads: 1, unusual: [] }
  const own = { seenBy: 'store', who: `arn:aws:iam::${ACCOUNT}:user/admin`, reads: 2, unusual: [] }
  const ci = { seenBy: 'store', who: BOT, reads: 2, unusual: ['ci'] }
  expect(access.readers[0]).toMatchObject(home)
  // CloudTrail tells whole seconds, so which of the two came last is not known.
  const byName = [...access.readers.slice(1)].sort((a, b) => (a.who < b.who ? -1 : 1))
  expect(byName).toMatchObject([ci, own])

  const trail = documentOf<Events>(await admin.run(['audit', 'cloudtrail', ...of('prod')]))
  expect(schemaErrors('audit-cloudtrail', trail)).toEqual([])
  const actions = new Set(trail.events.map(({ action }) => action))
  for (const action of ['CreateSecret', 'PutSecretValue', 'GetSecretValue']) {
    expect(actions).toContain(action)
  }
  const readers = trail.events.filter(({ action }) => action === 'GetSecretValue')
  expect(new Set(readers.map(({ principal }) => principal))).toEqual(new Set([own.who, BOT]))
})

test('whoever may not ask CloudTrail is told which action it takes', async () => {
  const { bot } = await desk()
  for (const verb of ['access', 'cloudtrail']) {
    const error = errorOf(await bot.run(['audit', verb, ...of('shadow'), '--json']), 5)
    expect(error).toMatchObject({ code: 'DENIED' })
    expect(error.hint).toContain('cloudtrail:LookupEvents')
  }
})

test('doctor passes for a reader under the guide’s policy, and asks for no value of prod', async () => {
  const { bot, desk: opened } = await desk()
  opened.server.events.clear()
  const report = documentOf<{ readonly findings: readonly object[] }>(
    await bot.run(['doctor', '--env', 'prod']),
  )
  expect(schemaErrors('doctor', report)).toEqual([])
  expect(report).toMatchObject({ passed: true })
  expect(report.findings).toContainEqual(
    expect.objectContaining({ check: 'listing', env: 'prod', level: 'note' }),
  )
  const asked = opened.server.events.events().map(({ name }) => name)
  expect(new Set(asked)).toEqual(
    new Set([
      'DescribeSecret',
      'GetCallerIdentity',
      'ListSecretVersionIds',
      'ListSecrets',
      'LookupEvents',
    ]),
  )
  documentOf(await bot.run(['doctor', '--env', 'shadow']))
})
