import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../src/iam/parse-policy.ts'
import { PolicyError } from '../../src/iam/policy-error.ts'

const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const document = { Version: '2012-10-17', Statement: [statement] }

type Row = readonly [what: string, value: unknown, message: string]

/** The fields are put into the second statement. */
function inStatement(rows: readonly Row[]): Row[] {
  return rows.map(([what, fields, message]) => [
    what,
    { ...document, Statement: [statement, { ...statement, ...(fields as object) }] },
    `.Statement[1]${message}`,
  ])
}

function refusal(value: unknown): string {
  try {
    parsePolicy(value, 'keys[0].policies[1]')
  } catch (error) {
    if (error instanceof PolicyError) return error.message
    throw error
  }
  return 'accepted'
}

describe('parsePolicy', () => {
  it('reads one statement and a list of them, one text and a list of them', () => {
    expect(parsePolicy({ ...document, Statement: statement })).toEqual(parsePolicy(document))
    const lists = { ...statement, Action: ['s3:*'], Resource: ['*'] }
    expect(parsePolicy({ ...document, Statement: lists })).toEqual(parsePolicy(document))
  })

  it('takes a policy without a version for one of 2008', () => {
    expect(parsePolicy({ Statement: statement }).version).toBe('2008-10-17')
  })

  const rows: readonly Row[] = [
    ['a list', [], ': an object is wanted here, not a list.'],
    ['a text', 'x', ': an object is wanted here, not a string.'],
    [
      'no statement',
      { Version: '2012-10-17' },
      '.Statement: an object is wanted here, not nothing.',
    ],
    ['an empty list of statements', { ...document, Statement: [] }, '.Statement: an empty list.'],
    [
      'another version',
      { ...document, Version: '2012-10-18' },
      ".Version: '2012-10-17' or '2008-10-17' is wanted here.",
    ],
    [
      'a field that is not known',
      { ...document, Statements: [] },
      '.Statements: no such field; known: Version, Id, Statement.',
    ],
    ...inStatement([
      ['no effect', { Effect: undefined }, ".Effect: 'Allow' or 'Deny' is wanted here."],
      [
        'an effect in lower case',
        { Effect: 'allow' },
        ".Effect: 'Allow' or 'Deny' is wanted here.",
      ],
      [
        'no action',
        { Action: undefined },
        '.Action: exactly one of Action and NotAction is wanted, and there are 0.',
      ],
      [
        'both kinds of actions',
        { NotAction: 's3:*' },
        '.Action: exactly one of Action and NotAction is wanted, and there are 2.',
      ],
      [
        'no resource',
        { Resource: undefined },
        '.Resource: exactly one of Resource and NotResource is wanted, and there are 0.',
      ],
      [
        'an action without a service',
        { Action: 'GetSecretValue' },
        '.Action: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
      ],
      [
        'an action with two colons',
        { Action: 'a:b:c' },
        '.Action: Actions/Condition can contain only one colon.',
      ],
      ['an empty list of actions', { Action: [] }, '.Action: an empty list.'],
      [
        'a number as action',
        { Action: ['s3:*', 3] },
        '.Action[1]: a text is wanted here, not a number.',
      ],
      [
        'a name as resource',
        { Resource: 'mm-bot/*' },
        '.Resource: Resource mm-bot/* must be in ARN format or "*".',
      ],
      [
        'an action of any service',
        { Action: '*:GetSecretValue' },
        '.Action: Vendor * is not valid',
      ],
      [
        'a resource of another partition',
        { Resource: 'arn:awz:secretsmanager:*:*:secret:x' },
        '.Resource: Partition "awz" is not valid for resource "arn:awz:secretsmanager:*:*:secret:x".',
      ],
      [
        'a resource of any service',
        { Resource: 'arn:aws:*:us-east-1:123456789012:secret:x' },
        '.Resource: Resource vendor must be fully qualified and cannot contain regexes.',
      ],
      [
        'a principal',
        { Principal: '*' },
        '.Principal: Policy document should not specify a principal.',
      ],
      ['a Sid with a space', { Sid: 'a b' }, '.Sid: Statement IDs (SID) must be alpha-numeric.'],
      [
        'an operator that is not known',
        { Condition: { StringMatches: { 'aws:x': '1' } } },
        '.Condition.StringMatches: Invalid Condition type : StringMatches.',
      ],
      [
        'NullIfExists',
        { Condition: { NullIfExists: { 'aws:x': 'true' } } },
        '.Condition.NullIfExists: Invalid Condition type : NullIfExists.',
      ],
      [
        'an operator without keys',
        { Condition: { StringEquals: 'x' } },
        '.Condition.StringEquals: an object is wanted here, not a string.',
      ],
      [
        'an object as value',
        { Condition: { StringEquals: { 'aws:x': ['a', {}] } } },
        '.Condition.StringEquals.aws:x[1]: a text is wanted here, not an object.',
      ],
      [
        'an address that is none',
        { Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.1/33' } } },
        ".Condition.IpAddress.aws:SourceIp: an IP address or range is wanted here, not '127.0.0.1/33'.",
      ],
      [
        'a date that is none',
        { Condition: { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } } },
        ".Condition.DateLessThan.aws:CurrentTime: a date in ISO 8601 or in epoch seconds is wanted here, not 'tomorrow'.",
      ],
      [
        'a boolean that is none',
        { Condition: { Bool: { 'aws:SecureTransport': 'yes' } } },
        ".Condition.Bool.aws:SecureTransport: 'true' or 'false' is wanted here, not 'yes'.",
      ],
    ]),
  ]

  it.each(rows)('refuses %s, and says where', (_what, value, message) => {
    expect(refusal(value)).toBe(`keys[0].policies[1]${message}`)
  })

  it('refuses two statements of one Sid', () => {
    const twice = [
      { ...statement, Sid: 'Read' },
      { ...statement, Sid: 'Read' },
    ]
    expect(refusal({ ...document, Statement: twice })).toBe(
      'keys[0].policies[1].Statement[1].Sid: Statement IDs (SID) in a single policy must be unique.',
    )
  })
})
