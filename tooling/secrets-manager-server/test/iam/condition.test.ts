import { describe, expect, it } from 'vitest'
import { holds } from '../../src/iam/condition.ts'
import { parsePolicy } from '../../src/iam/parse-policy.ts'
import type { RequestContext } from '../../src/iam/request-context.ts'

type Keys = Readonly<Record<string, string | readonly string[]>>

function context(keys: Keys): RequestContext {
  return {
    values(key) {
      const value = Object.entries(keys).find(([name]) => name.toLowerCase() === key.toLowerCase())
      return value === undefined ? null : [value[1]].flat()
    },
  }
}

function condition(block: unknown, keys: Keys): boolean {
  const policy = parsePolicy({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: block },
  })
  const request = context(keys)
  const clauses = policy.statements[0]?.conditions ?? []
  return clauses.every((clause) =>
    holds(clause, request, (name) => request.values(name)?.[0] ?? null),
  )
}

const stage = 'secretsmanager:VersionStage'

describe('a condition', () => {
  const rows: readonly [block: object, keys: Keys, holds: boolean][] = [
    [{ StringEquals: { [stage]: 'AWSCURRENT' } }, { [stage]: 'AWSCURRENT' }, true],
    [{ StringEquals: { [stage]: 'AWSCURRENT' } }, { [stage]: 'awscurrent' }, false],
    [{ StringEquals: { [stage]: 'AWS*' } }, { [stage]: 'AWSCURRENT' }, false],
    [{ StringEquals: { [stage]: ['A', 'B'] } }, { [stage]: 'B' }, true],
    [{ StringEquals: { [stage]: 'AWSCURRENT' } }, {}, false],
    [{ StringEquals: { [stage.toUpperCase()]: 'X' } }, { [stage]: 'X' }, true],
    [{ stringequals: { [stage]: 'X' } }, { [stage]: 'X' }, true],
    [{ StringEqualsIfExists: { [stage]: 'AWSCURRENT' } }, {}, true],
    [{ StringEqualsIfExists: { [stage]: 'AWSCURRENT' } }, { [stage]: 'X' }, false],
    [{ StringEqualsIgnoreCase: { [stage]: 'AWSCURRENT' } }, { [stage]: 'awscurrent' }, true],
    [{ StringNotEquals: { [stage]: ['A', 'B'] } }, { [stage]: 'B' }, false],
    [{ StringNotEquals: { [stage]: ['A', 'B'] } }, { [stage]: 'C' }, true],
    [{ StringNotEquals: { [stage]: 'A' } }, {}, true],
    [{ StringNotEqualsIgnoreCase: { [stage]: 'a' } }, { [stage]: 'A' }, false],
    [{ StringLike: { 'aws:x': 'mm-*?' } }, { 'aws:x': 'mm-a' }, true],
    [{ StringLike: { 'aws:x': 'mm-*' } }, { 'aws:x': 'nn-a' }, false],
    [{ StringNotLike: { 'aws:x': 'mm-*' } }, { 'aws:x': 'nn-a' }, true],
    [{ StringLike: { 'aws:x': '${aws:y}/*' } }, { 'aws:x': 'bob/1', 'aws:y': 'bob' }, true],
    [{ StringLike: { 'aws:x': '${aws:y}/*' } }, { 'aws:x': 'bob/1' }, false],

    [
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/bot-*' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/bot-1' },
      true,
    ],
    // A `*` of one part does not reach into the next.
    [
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:*:role/bot' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/bot' },
      false,
    ],
    [{ ArnEquals: { 'aws:PrincipalArn': 'no arn' } }, { 'aws:PrincipalArn': 'no arn' }, false],
    [
      { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/bot' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/bot' },
      false,
    ],
    [
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/${aws:username}' } },
      { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:user/bob', 'aws:username': 'bob' },
      true,
    ],

    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'true' }, false],
    [{ Bool: { 'aws:SecureTransport': true } }, { 'aws:SecureTransport': 'true' }, true],
    [{ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, {}, true],
    [{ Null: { [stage]: 'true' } }, {}, true],
    [{ Null: { [stage]: 'true' } }, { [stage]: 'A' }, false],
    [{ Null: { [stage]: 'false' } }, { [stage]: 'A' }, true],
    [{ Null: { [stage]: false } }, {}, false],

    [{ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, { 'aws:SourceIp': '127.0.0.1' }, true],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { 'aws:SourceIp': '127.0.0.1' }, false],
    [{ IpAddress: { 'aws:SourceIp': '::1' } }, { 'aws:SourceIp': '::1' }, true],
    [{ IpAddress: { 'aws:SourceIp': '::/0' } }, { 'aws:SourceIp': '127.0.0.1' }, false],
    [{ NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } }, { 'aws:SourceIp': '127.0.0.1' }, false],

    [{ NumericLessThan: { 'aws:n': '10' } }, { 'aws:n': '9.5' }, true],
    [{ NumericLessThan: { 'aws:n': 10 } }, { 'aws:n': '10' }, false],
    [{ NumericLessThanEquals: { 'aws:n': 10 } }, { 'aws:n': '10' }, true],
    [{ NumericGreaterThan: { 'aws:n': 10 } }, { 'aws:n': '10' }, false],
    [{ NumericGreaterThanEquals: { 'aws:n': 10 } }, { 'aws:n': '10' }, true],
    [{ NumericEquals: { 'aws:n': 10 } }, { 'aws:n': '10.0' }, true],
    [{ NumericNotEquals: { 'aws:n': 10 } }, { 'aws:n': 'ten' }, true],

    [
      { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2026-11-25T00:00:00Z' },
      true,
    ],
    [
      { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2026-11-25T00:00:00Z' },
      false,
    ],
    [{ DateLessThanEquals: { 'aws:EpochTime': 100 } }, { 'aws:EpochTime': '100' }, true],
    [{ DateGreaterThanEquals: { 'aws:EpochTime': 101 } }, { 'aws:EpochTime': '100' }, false],
    [{ DateEquals: { 'aws:EpochTime': '1970-01-01T00:01:40Z' } }, { 'aws:EpochTime': '100' }, true],

    [
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
      { 'aws:TagKeys': ['a'] },
      true,
    ],
    [
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
      { 'aws:TagKeys': ['a', 'c'] },
      false,
    ],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, { 'aws:TagKeys': ['a', 'c'] }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, {}, false],
    [{ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['a'] } }, {}, false],
    [
      { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['a'] } },
      { 'aws:TagKeys': ['a', 'c'] },
      true,
    ],
    [
      { 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['a'] } },
      { 'aws:TagKeys': ['a', 'c'] },
      false,
    ],
    [{ 'foranyvalue:StringLike': { 'aws:TagKeys': 'mm:*' } }, { 'aws:TagKeys': ['mm:x'] }, true],
  ]

  it.each(rows)('%j with the keys %j holds: %s', (block, keys, wanted) => {
    expect(condition(block, keys)).toBe(wanted)
  })

  it('needs every operator and every key to hold', () => {
    const block = { StringEquals: { 'aws:a': '1', 'aws:b': '2' }, Bool: { 'aws:c': 'true' } }
    expect(condition(block, { 'aws:a': '1', 'aws:b': '2', 'aws:c': 'true' })).toBe(true)
    expect(condition(block, { 'aws:a': '1', 'aws:b': '3', 'aws:c': 'true' })).toBe(false)
    expect(condition(block, { 'aws:a': '1', 'aws:b': '2', 'aws:c': 'false' })).toBe(false)
  })
})
