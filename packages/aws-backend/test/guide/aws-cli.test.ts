import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import type { Env } from '@mm-secrets/core'
import { cleanEnv, describeWith } from '@mm-secrets/vitest-config'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { REGION, call, newValue } from '../stores.ts'
import type { GuideServer } from './guide-server.ts'
import { BOT, OWNER, newMembers, ref, save, startGuideServer } from './guide-server.ts'

const run = promisify(execFile)
const bybit = ref('prod', 'bybit')
const NAME = 'mm-bot/prod/bybit/api_key'

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What the operations guide does with the `aws` CLI, beside what we do. */
describeWith('aws', "the guide's lines of the aws CLI", (path) => {
  let guide: GuideServer
  beforeAll(async () => {
    guide = await startGuideServer('by-name')
  })
  afterAll(() => guide.server.close())

  async function aws(who: Env, ...args: readonly string[]): Promise<Ran> {
    const env = cleanEnv({
      HOME: tmpdir(),
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...who,
    })
    try {
      // The variable AWS_ENDPOINT_URL is younger than the CLI of some distributions.
      const all = ['--endpoint-url', guide.server.url, ...args, '--output', 'json']
      return { code: 0, ...(await run(path, all, { env })) }
    } catch (error) {
      const { code, stdout, stderr } = error as Ran
      return { code, stdout, stderr }
    }
  }

  const printed = ({ code, stdout, stderr }: Ran): unknown => {
    expect([code, stderr]).toEqual([0, ''])
    return JSON.parse(stdout)
  }

  it('test AWS credentials: who the bot is', async () => {
    expect(printed(await aws(BOT, 'sts', 'get-caller-identity'))).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:sts::123456789012:assumed-role/mm-bot/i-1',
    })
  })

  it('verify IAM permissions: the bot gets what was saved, and nothing that is not its own', async () => {
    const values = newMembers(bybit)
    await save(guide.owner, bybit, values)
    const get = ['secretsmanager', 'get-secret-value', '--secret-id']
    expect(printed(await aws(BOT, ...get, NAME))).toMatchObject({
      Name: NAME,
      SecretString: values.api_key?.reveal(),
      VersionStages: expect.arrayContaining(['AWSCURRENT']) as string[],
    })
    const denied = await aws(BOT, ...get, 'mm-admin/prod/bybit')
    expect(denied.code).not.toBe(0)
    expect(denied.stderr).toContain(
      'An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: ' +
        'arn:aws:sts::123456789012:assumed-role/mm-bot/i-1 is not authorized to perform: ' +
        'secretsmanager:GetSecretValue on resource: mm-admin/prod/bybit because no ' +
        'identity-based policy allows the secretsmanager:GetSecretValue action',
    )
  })

  it('query recent secret accesses: our reads are there, with who made them', async () => {
    await save(guide.owner, bybit, newMembers(bybit))
    await guide.bot.read(bybit, { stage: 'AWSCURRENT' }, call())
    const query = await aws(
      OWNER,
      'cloudtrail',
      'lookup-events',
      '--lookup-attributes',
      `AttributeKey=ResourceName,AttributeValue=${NAME}`,
      '--max-results',
      '10',
      '--query',
      'Events[].{User:Username,Action:EventName}',
    )
    expect(printed(query)).toContainEqual({ User: 'i-1', Action: 'GetSecretValue' })
  })

  it('one member edited by hand while bots read: they are never given halves of two keys', async () => {
    const [old, edited] = [newMembers(bybit), newValue()]
    await save(guide.owner, bybit, old)
    const done = new AbortController()
    const seen = new Set<string>()
    const reads = (async () => {
      while (!done.signal.aborted) {
        const { members } = (await guide.bot.read(bybit, { stage: 'AWSCURRENT' }, call())) ?? {}
        seen.add(`${members?.api_key.reveal() ?? ''} ${members?.api_secret.reveal() ?? ''}`)
      }
    })()
    const put = await aws(
      OWNER,
      'secretsmanager',
      'put-secret-value',
      '--secret-id',
      'mm-bot/prod/bybit/api_secret',
      '--secret-string',
      edited.reveal(),
    )
    done.abort()
    await reads
    expect(put.code).toBe(0)
    const whole = await guide.bot.read(bybit, { stage: 'AWSCURRENT' }, call())
    expect(whole?.members.api_secret.reveal()).toBe(old.api_secret?.reveal())
    expect([...seen]).toEqual([`${old.api_key?.reveal() ?? ''} ${old.api_secret?.reveal() ?? ''}`])
  })
})
