import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { describeWith } from '@mm-secrets/vitest-config'
import { expect, it } from 'vitest'

import { start } from '../client/with-server.ts'
import { awsEnv } from './aws-env.ts'

const execute = promisify(execFile)

interface Ran {
  readonly code: number
  readonly json: Record<string, unknown>
  readonly stderr: string
}

describeWith('aws', 'the aws CLI', (path) => {
  async function aws(url: string, args: string, extra: Record<string, string> = {}): Promise<Ran> {
    // The variable AWS_ENDPOINT_URL is younger than the CLI of some distributions.
    const words = ['--endpoint-url', url, 'secretsmanager', ...args.split(' '), '--output', 'json']
    const env = awsEnv(url, { AWS_MAX_ATTEMPTS: '1', ...extra })
    try {
      const { stdout, stderr } = await execute(path, words, { env })
      return { code: 0, json: JSON.parse(stdout || '{}') as Record<string, unknown>, stderr }
    } catch (error) {
      const { code, stderr } = error as Ran
      return { code, json: {}, stderr }
    }
  }

  it('saves, reads, and moves a label by hand', async () => {
    const { server } = await start()
    const { url } = server
    const name = 'mm-bot/test/bybit/api_key'
    const first = await aws(url, `create-secret --name ${name} --secret-string one`)
    const second = await aws(url, `put-secret-value --secret-id ${name} --secret-string two`)
    const [v1, v2] = [String(first.json['VersionId']), String(second.json['VersionId'])]
    await aws(
      url,
      `update-secret-version-stage --secret-id ${name} --version-stage AWSCURRENT --remove-from-version-id ${v2} --move-to-version-id ${v1}`,
    )
    const read = await aws(url, `get-secret-value --secret-id ${name} --version-stage AWSCURRENT`)
    expect(read.json).toMatchObject({ SecretString: 'one', VersionId: v1 })
  })

  it('follows every page', async () => {
    const { call, server } = await start({ knobs: { emptyPages: true } })
    for (let index = 0; index < 120; index += 1) await call('CreateSecret', { Name: `s${index}` })
    server.requests.clear()
    const { json } = await aws(server.url, 'list-secrets')
    expect(json['SecretList']).toHaveLength(120)
    expect(server.requests.count('ListSecrets')).toBe(4)
  })

  it('is told what is wrong', async () => {
    const { server } = await start()
    const missing = await aws(server.url, 'get-secret-value --secret-id missing')
    expect(missing.stderr).toMatch(
      /\(ResourceNotFoundException\) when calling the GetSecretValue operation.*: Secrets Manager can't find the specified secret\./,
    )
    expect(missing.code).toBeGreaterThan(0)
    const stranger = await aws(server.url, 'list-secrets', { AWS_ACCESS_KEY_ID: 'nobody' })
    expect(stranger.stderr).toContain('(UnrecognizedClientException)')
    const region = await aws(server.url, 'list-secrets', { AWS_DEFAULT_REGION: 'us-east-7' })
    expect(region.stderr).toContain("not 'us-east-7'")
  })

  it('tries again what was throttled, and what failed', async () => {
    const { server } = await start()
    server.knobs.set({ next: [{ fault: 'throttle' }, { fault: 'error' }] })
    const { code } = await aws(server.url, 'list-secrets', { AWS_MAX_ATTEMPTS: '4' })
    expect(code).toBe(0)
    expect(server.requests.all().map(({ error }) => error)).toEqual([
      'ThrottlingException',
      'InternalServiceError',
      null,
    ])
  })
})
