import { describe, expect, it } from 'vitest'
import { iamAuthorizer, type MissingSecrets } from '../../src/iam/iam-authorizer.ts'
import { parsePolicy } from '../../src/iam/parse-policy.ts'
import type { AuthorizationRequest } from '../../src/service/authorizer.ts'

const now = Date.parse('2026-11-25T00:00:00Z')
const caller = {
  accessKeyId: 'reader',
  arn: 'arn:aws:iam::123456789012:user/x',
  accountId: '123456789012',
  userId: 'AIDAEXAMPLE',
}
const secretArn =
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:mm-bot/prod/bybit/api_key-AbCdEf'

/** The reading policy of the operations guide, "Prerequisites". */
const reading = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'secretsmanager:GetSecretValue',
        'secretsmanager:DescribeSecret',
        'secretsmanager:ListSecrets',
      ],
      Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/*',
    },
  ],
}

interface Asked extends Partial<AuthorizationRequest> {
  readonly policies?: readonly object[]
  readonly boundary?: object
  readonly missingSecrets?: MissingSecrets
}

/** 'allowed', or the words of the denial. */
function ask({ policies = [reading], boundary, missingSecrets, ...request }: Asked): string {
  const authorizer = iamAuthorizer({
    clock: { now: () => now },
    attached: new Map([
      [
        'reader',
        {
          policies: policies.map((policy) => parsePolicy(policy)),
          boundary: boundary === undefined ? null : parsePolicy(boundary),
        },
      ],
    ]),
    ...(missingSecrets && { missingSecrets }),
  })
  const decision = authorizer.authorize({
    caller,
    action: 'secretsmanager:GetSecretValue',
    resource: secretArn,
    region: 'us-east-1',
    conditions: {},
    ...request,
  })
  return decision.allowed ? 'allowed' : decision.message
}

const allowing = (fields: object): object => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*', ...fields },
})

describe("the guide's policy for reading", () => {
  it.each(['GetSecretValue', 'DescribeSecret'])('allows %s of what is there', (operation) => {
    expect(ask({ action: `secretsmanager:${operation}` })).toBe('allowed')
  })

  it.each([
    'CreateSecret',
    'PutSecretValue',
    'UpdateSecret',
    'UpdateSecretVersionStage',
    'DeleteSecret',
    'RestoreSecret',
    'TagResource',
    'UntagResource',
    'ListSecretVersionIds',
    'RotateSecret',
  ])('denies %s', (operation) => {
    expect(ask({ action: `secretsmanager:${operation}` })).toMatch(
      / is not authorized to perform: /,
    )
  })

  it.each(['ListSecrets', 'BatchGetSecretValue', 'GetRandomPassword'])(
    'denies %s, which takes no resource, though it may name it',
    (operation) => {
      expect(ask({ action: `secretsmanager:${operation}`, resource: '*' })).toBe(
        `User: arn:aws:iam::123456789012:user/x is not authorized to perform: ` +
          `secretsmanager:${operation} because no identity-based policy allows the ` +
          `secretsmanager:${operation} action`,
      )
    },
  )

  it('denies every secret outside of mm-bot/', () => {
    const resource = secretArn.replace('mm-bot', 'mm-admin')
    expect(ask({ resource })).toMatch(/because no identity-based policy allows/)
  })
})

describe('a denial', () => {
  it('has the words of AWS, and the id as the request wrote it', () => {
    expect(
      ask({
        policies: [],
        conditions: { 'secretsmanager:SecretId': 'mm-bot/prod/bybit/api_key' },
      }),
    ).toBe(
      'User: arn:aws:iam::123456789012:user/x is not authorized to perform: ' +
        'secretsmanager:GetSecretValue on resource: mm-bot/prod/bybit/api_key because no ' +
        'identity-based policy allows the secretsmanager:GetSecretValue action',
    )
  })

  const nothing = allowing({ Effect: 'Deny' })
  it.each([
    [{ policies: [nothing] }, 'with an explicit deny in an identity-based policy'],
    [{ boundary: nothing }, 'with an explicit deny in a permissions boundary'],
    [
      { boundary: allowing({ Action: 's3:*' }) },
      'because no permissions boundary allows the secretsmanager:GetSecretValue action',
    ],
  ])('of %j ends: %s', (policies, end) => {
    expect(ask(policies)).toBe(
      `User: ${caller.arn} is not authorized to perform: secretsmanager:GetSecretValue ` +
        `on resource: ${secretArn} ${end}`,
    )
  })

  it('meets a key without policies', () => {
    expect(ask({ caller: { ...caller, accessKeyId: 'other' }, policies: [allowing({})] })).toMatch(
      /^User: /,
    )
  })
})

describe('a secret that is not there', () => {
  const missing = { resource: 'mm-bot/prod/kucoin/api_key' }

  it('is held against the policies by the ARN its name makes, without a suffix', () => {
    expect(ask(missing)).toBe('allowed')
    const exact = {
      Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/prod/kucoin/api_key-??????',
    }
    expect(ask({ ...missing, policies: [allowing(exact)] })).toMatch(/on resource: mm-bot\/prod/)
  })

  it('may read as denied under every pattern', () => {
    expect(ask({ ...missing, missingSecrets: 'denied' })).toMatch(/on resource: mm-bot\/prod/)
    expect(ask({ ...missing, missingSecrets: 'denied', policies: [allowing({})] })).toBe('allowed')
  })
})

describe('the condition keys of a request', () => {
  const where = (Condition: object): object[] => [allowing({ Condition })]

  it('are those of its operation', () => {
    const current = where({ StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } })
    const asked = { conditions: { 'secretsmanager:VersionStage': 'AWSCURRENT' }, policies: current }
    expect(ask(asked)).toBe('allowed')
    expect(ask({ ...asked, conditions: {} })).toMatch(/^User: /)
  })

  it.each([
    ['the region', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }],
    ['the time', { DateGreaterThan: { 'aws:CurrentTime': '2026-11-24T23:59:59Z' } }],
    ['the time in seconds', { NumericEquals: { 'aws:EpochTime': now / 1000 } }],
    ['TLS, for which loopback stands', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['the account', { StringEquals: { 'aws:PrincipalAccount': '123456789012' } }],
    ['the user', { StringEquals: { 'aws:username': 'x', 'aws:PrincipalType': 'User' } }],
    ['the id', { StringEquals: { 'aws:userid': 'AIDAEXAMPLE' } }],
    ['the ARN', { ArnEquals: { 'aws:PrincipalArn': caller.arn } }],
    ['no second factor', { Null: { 'aws:MultiFactorAuthPresent': 'true' } }],
  ])('tell %s', (_what, condition) => {
    expect(ask({ policies: where(condition) })).toBe('allowed')
  })

  it('tell the role and not the session of temporary credentials, and no user', () => {
    const session = { ...caller, arn: 'arn:aws:sts::123456789012:assumed-role/bot/s-1' }
    const policies = where({
      ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/bot' },
      StringEquals: { 'aws:PrincipalType': 'AssumedRole' },
      Null: { 'aws:username': 'true' },
    })
    expect(ask({ caller: session, policies })).toBe('allowed')
  })
})
