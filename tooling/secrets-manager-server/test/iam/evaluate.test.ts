import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/iam/evaluate.ts'
import { parsePolicy } from '../../src/iam/parse-policy.ts'
import type { RequestContext } from '../../src/iam/request-context.ts'

const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:mm-bot/prod/bybit/api_key-AbCdEf'
const get = 'secretsmanager:GetSecretValue'
const noKeys: RequestContext = { values: () => null }

function verdict(
  statements: object | readonly object[],
  action = get,
  resource = arn,
  context = noKeys,
  version = '2012-10-17',
): string {
  const policy = parsePolicy({ Version: version, Statement: statements })
  const result = evaluate({ policies: [policy], boundary: null }, { action, resource, context })
  return result.allowed ? 'allowed' : result.explicit ? 'explicit deny' : 'implicit deny'
}

const allow = (fields: object): object => ({
  Effect: 'Allow',
  Action: get,
  Resource: '*',
  ...fields,
})
const deny = (fields: object): object => ({ ...allow(fields), Effect: 'Deny' })

describe('policies', () => {
  it('deny what no statement allows', () => {
    expect(verdict(allow({ Action: 'secretsmanager:DescribeSecret' }))).toBe('implicit deny')
    expect(evaluate({ policies: [], boundary: null }, question())).toMatchObject({
      allowed: false,
      explicit: false,
      by: 'identity-based policy',
    })
  })

  it('take actions in any case and with wildcards', () => {
    expect(verdict(allow({ Action: 'SecretsManager:getsecretvalue' }))).toBe('allowed')
    expect(verdict(allow({ Action: 'secretsmanager:Get*' }))).toBe('allowed')
    expect(verdict(allow({ Action: ['s3:*', 'secretsmanager:*Value'] }))).toBe('allowed')
    expect(verdict(allow({ Action: 'secretsmanager:GetSecretValu?' }))).toBe('allowed')
    expect(verdict(allow({ Action: '*' }))).toBe('allowed')
  })

  it('take resources in their case', () => {
    expect(verdict(allow({ Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/*' }))).toBe(
      'allowed',
    )
    expect(verdict(allow({ Resource: 'arn:aws:secretsmanager:*:*:secret:MM-bot/*' }))).toBe(
      'implicit deny',
    )
  })

  it('grant one exact secret by six question marks, and not the one whose name is longer', () => {
    const one = { Resource: arn.replace('-AbCdEf', '-??????') }
    expect(verdict(allow(one))).toBe('allowed')
    expect(verdict(allow(one), get, arn.replace('-AbCdEf', '-new-AbCdEf'))).toBe('implicit deny')
    const many = { Resource: arn.replace('-AbCdEf', '-*') }
    expect(verdict(allow(many), get, arn.replace('-AbCdEf', '-new-AbCdEf'))).toBe('allowed')
  })

  it('let a wildcard reach over a colon only where it ends a field', () => {
    const on = (Resource: string): string => verdict(allow({ Resource }))
    expect(on('arn:aws:secretsmanager:*')).toBe('allowed')
    expect(on('arn:aws:secretsmanager:us-*:secret:mm-bot/*')).toBe('allowed')
    expect(on('arn:aws:secretsmanager:us-*t:secret:mm-bot/*')).toBe('implicit deny')
    expect(on('arn:aws:secretsmanager:us-*1:*:secret:mm-bot/*')).toBe('allowed')
    expect(on('arn:aws:secretsmanager:us-*2:secret:mm-bot/*')).toBe('implicit deny')
    expect(on('arn:aws:secretsmanager:us-east-1?123456789012:secret:mm-bot/*')).toBe(
      'implicit deny',
    )
  })

  it('let what an incomplete ARN leaves out be anything', () => {
    expect(verdict(allow({ Resource: 'arn:aws:secretsmanager' }))).toBe('allowed')
    expect(verdict(allow({ Resource: 'arn:aws:secretsmanager:us-east-1' }))).toBe('allowed')
    expect(verdict(allow({ Resource: 'arn:aws:secretsmanager:eu-west-1' }))).toBe('implicit deny')
  })

  it('let no statement on ARNs grant an action that takes none', () => {
    const list = 'secretsmanager:ListSecrets'
    const statement = allow({ Action: list, Resource: 'arn:aws:secretsmanager:*:*:secret:*' })
    expect(verdict(statement, list, '*')).toBe('implicit deny')
    expect(verdict(allow({ Action: list }), list, '*')).toBe('allowed')
  })

  it('let NotAction and NotResource mean all others', () => {
    expect(verdict(allowAllBut({ NotAction: 'secretsmanager:Put*' }))).toBe('allowed')
    expect(verdict(allowAllBut({ NotAction: 'secretsmanager:Get*' }))).toBe('implicit deny')
    const others = {
      Effect: 'Allow',
      Action: '*',
      NotResource: 'arn:aws:secretsmanager:*:*:secret:x',
    }
    expect(verdict(others)).toBe('allowed')
    expect(verdict({ ...others, NotResource: arn })).toBe('implicit deny')
  })

  it('let an explicit deny win, whichever statement or policy has it', () => {
    expect(verdict([deny({}), allow({})])).toBe('explicit deny')
    expect(verdict([allow({}), deny({})])).toBe('explicit deny')
    const policies = [
      parsePolicy({ Version: '2012-10-17', Statement: allow({}) }),
      parsePolicy({ Version: '2012-10-17', Statement: deny({}) }),
    ]
    expect(evaluate({ policies, boundary: null }, question())).toMatchObject({ explicit: true })
  })

  it('let a deny with a condition that fails be none', () => {
    const block = { Condition: { StringEquals: { 'aws:x': '1' } } }
    expect(verdict([allow({}), deny(block)])).toBe('allowed')
  })

  it('put variables into resources, and apply to nothing where one has no value', () => {
    const context: RequestContext = {
      values: (key) => (key.toLowerCase() === 'aws:username' ? ['mm-bot'] : null),
    }
    const own = { Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:username}/*' }
    expect(verdict(allow(own), get, arn, context)).toBe('allowed')
    expect(verdict(allow(own))).toBe('implicit deny')
    expect(verdict(allow(own), get, arn, context, '2008-10-17')).toBe('implicit deny')
    const others = { Effect: 'Allow', Action: '*', NotResource: own.Resource }
    expect(verdict(others)).toBe('implicit deny')
  })
})

describe('a permissions boundary', () => {
  const policy = (statement: object) => parsePolicy({ Version: '2012-10-17', Statement: statement })
  const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

  it('limits what the policies allow', () => {
    const boundary = policy(allow({ Action: 'secretsmanager:DescribeSecret' }))
    expect(evaluate({ policies: [everything], boundary }, question())).toEqual({
      allowed: false,
      explicit: false,
      by: 'permissions boundary',
    })
  })

  it('grants nothing by itself', () => {
    expect(evaluate({ policies: [], boundary: everything }, question())).toMatchObject({
      by: 'identity-based policy',
    })
    expect(evaluate({ policies: [everything], boundary: everything }, question()).allowed).toBe(
      true,
    )
  })

  it('may deny explicitly', () => {
    const boundary = parsePolicy({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, deny({})],
    })
    expect(evaluate({ policies: [everything], boundary }, question())).toEqual({
      allowed: false,
      explicit: true,
      by: 'permissions boundary',
    })
  })
})

function question() {
  return { action: get, resource: arn, context: noKeys }
}

function allowAllBut(fields: object): object {
  return { Effect: 'Allow', Resource: '*', ...fields }
}
