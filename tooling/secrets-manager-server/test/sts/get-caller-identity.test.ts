import { describeWith } from '@mm-secrets/vitest-config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePoliciesFile } from '../../src/iam/policies-file.ts'
import { startServer, type RunningServer } from '../../src/start-server.ts'
import { awsCli } from '../iam/aws-cli.ts'
import { client, type Credentials, type Reply } from '../iam/client.ts'

const user: Credentials = { accessKeyId: 'user', secretAccessKey: 'of-the-user' }
const session: Credentials = {
  accessKeyId: 'session',
  secretAccessKey: 'of-the-session',
  sessionToken: 'token',
}
const expired: Credentials = { ...session, accessKeyId: 'expired' }
const nothing = {
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Action: '*', Resource: '*' },
}
const policies = parsePoliciesFile(
  JSON.stringify({
    keys: [
      {
        ...user,
        arn: 'arn:aws:iam::123456789012:user/bots/ada',
        userId: 'AIDAEXAMPLE',
        policies: [nothing],
      },
      {
        ...session,
        arn: 'arn:aws:sts::999999999999:assumed-role/bot/host-7',
        userId: 'AROAEXAMPLE:host-7',
        policies: [],
      },
      { ...expired, expiresAt: '2026-01-01T00:00:00Z', policies: [] },
    ],
  }),
)

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ policies })
})
afterAll(() => server.close())

const ask = (credentials: Credentials, fields: Record<string, string> = {}): Promise<Reply> =>
  client({ url: server.url, credentials }).form({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    ...fields,
  })

describe('GetCallerIdentity', () => {
  it('tells a user, whatever its policies deny', async () => {
    const { status, text } = await ask(user)
    expect(status).toBe(200)
    expect(text).toContain(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
        '<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/bots/ada</Arn>' +
        '<UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult>',
    )
  })

  it('tells the session of a role, in its account', async () => {
    const { text } = await ask(session)
    expect(text).toContain('<Arn>arn:aws:sts::999999999999:assumed-role/bot/host-7</Arn>')
    expect(text).toContain('<UserId>AROAEXAMPLE:host-7</UserId><Account>999999999999</Account>')
  })

  it.each<[string, Credentials, string]>([
    ['a wrong secret key', { ...user, secretAccessKey: 'guessed' }, 'SignatureDoesNotMatch'],
    ['a key that it does not know', { ...user, accessKeyId: 'other' }, 'InvalidClientTokenId'],
    ['a session without its token', { ...user, accessKeyId: 'session' }, 'InvalidClientTokenId'],
    ['a token that has expired', expired, 'ExpiredToken'],
  ])('refuses %s, in XML', async (_what, credentials, code) => {
    const { status, text } = await ask(credentials)
    expect(status).toBe(403)
    expect(text).toMatch(
      /^<ErrorResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><Error><Type>Sender</,
    )
    expect(text).toContain(`<Code>${code}</Code>`)
  })

  it('knows no other action', async () => {
    const { status, text } = await ask(user, { Action: 'AssumeRole' })
    expect(status).toBe(400)
    expect(text).toContain('<Code>InvalidAction</Code>')
  })
})

describeWith('aws', 'aws sts get-caller-identity', (path) => {
  const cli = (credentials: Credentials) =>
    awsCli(path, { url: server.url, credentials }, [
      'sts',
      'get-caller-identity',
      '--output',
      'json',
    ])

  it('prints who signed', async () => {
    const { code, stdout, stderr } = await cli(session)
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      UserId: 'AROAEXAMPLE:host-7',
      Account: '999999999999',
      Arn: 'arn:aws:sts::999999999999:assumed-role/bot/host-7',
    })
  })

  it('understands that a token has expired', async () => {
    const { code, stderr } = await cli(expired)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(
      /\(ExpiredToken\) when calling the GetCallerIdentity operation.*: The security token included in the request is expired/,
    )
  })
})
