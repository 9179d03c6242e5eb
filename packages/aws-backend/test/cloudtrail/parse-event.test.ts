import type { Event } from '@aws-sdk/client-cloudtrail'
import type { SecretName } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import { parseEvent } from '../../src/cloudtrail/parse-event.ts'

const SECRET = 'mm-bot/prod/bybit/api_key' as SecretName
const AT = new Date('2026-11-25T03:00:00Z')

/** As LookupEvents gives it. */
function given(details: unknown, more: Partial<Event> = {}): Event {
  return {
    EventId: '00b71a14-6ee5-4a41-9b05-2f5a1f4d4d0a',
    EventName: 'GetSecretValue',
    EventSource: 'secretsmanager.amazonaws.com',
    EventTime: AT,
    Username: 'session-7',
    CloudTrailEvent: typeof details === 'string' ? details : JSON.stringify(details),
    ...more,
  }
}

const ROLE_SESSION = {
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::123456789012:assumed-role/trading-bot/session-7',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::123456789012:role/trading-bot' },
      webIdFederationData: {
        federatedProvider:
          'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
      },
    },
  },
  sourceIPAddress: '192.0.2.7',
  errorCode: 'AccessDenied',
}

/** The same, as some services and ages of CloudTrail write it. */
function inOtherCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key === 'arn' ? 'aRN' : `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`,
      inOtherCase(inner),
    ]),
  )
}

describe('an event of CloudTrail', () => {
  test.each([
    ['as documented', ROLE_SESSION],
    ['with aRN and other capitals', inOtherCase(ROLE_SESSION)],
  ])('names the role behind a session, %s', (_title, details) => {
    expect(parseEvent(given(details), SECRET)).toEqual({
      id: '00b71a14-6ee5-4a41-9b05-2f5a1f4d4d0a',
      at: AT.getTime(),
      action: 'GetSecretValue',
      secret: SECRET,
      principal: 'arn:aws:iam::123456789012:role/trading-bot',
      user: 'session-7',
      federatedBy: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
      sourceIp: '192.0.2.7',
      errorCode: 'AccessDenied',
    })
  })

  test('names a user by the ARN, a service by its name', () => {
    const user = { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/ada', userName: 'ada' }
    expect(
      parseEvent(given({ userIdentity: user }, { Username: undefined }), SECRET),
    ).toMatchObject({
      principal: 'arn:aws:iam::123456789012:user/ada',
      user: 'ada',
      errorCode: null,
    })
    const service = { type: 'AWSService', invokedBy: 'secretsmanager.amazonaws.com' }
    expect(parseEvent(given({ userIdentity: service }), SECRET)).toMatchObject({
      principal: 'secretsmanager.amazonaws.com',
    })
  })

  test.each([
    ['no text', undefined],
    ['an empty text', ''],
    ['half a JSON', '{"userIdentity":{"arn":"arn:aws'],
    ['a list', '[1,2]'],
    ['null', 'null'],
    ['fields of other types', '{"userIdentity":"ada","sourceIPAddress":{"a":1},"errorCode":7}'],
    ['names of prototypes', '{"__proto__":{"errorCode":"x"},"userIdentity":{"constructor":1}}'],
  ])('keeps what is beside details that are %s', (_title, details) => {
    const event = { ...given(''), CloudTrailEvent: details }
    expect(parseEvent(event, SECRET)).toMatchObject({
      at: AT.getTime(),
      principal: null,
      user: 'session-7',
      sourceIp: null,
      errorCode: null,
    })
  })

  test('is none of ours when another service wrote it, or when it has no id, name or time', () => {
    expect(parseEvent(given({}, { EventSource: 'kms.amazonaws.com' }), SECRET)).toBeNull()
    expect(parseEvent(given({}, { EventId: undefined }), SECRET)).toBeNull()
    expect(parseEvent(given({}, { EventName: undefined }), SECRET)).toBeNull()
    expect(parseEvent(given({}, { EventTime: undefined }), SECRET)).toBeNull()
    expect(parseEvent(given({}, { EventTime: new Date(Number.NaN) }), SECRET)).toBeNull()
  })

  test('is never an error, wherever its details are cut off', () => {
    const whole = JSON.stringify(ROLE_SESSION)
    for (const [end] of [...whole].entries()) {
      expect(parseEvent(given(whole.slice(0, end)), SECRET)).toMatchObject({ principal: null })
    }
  })

  test('has no text without end', () => {
    const long = 'x'.repeat(10_000)
    const details = { userIdentity: { arn: long }, errorCode: long }
    const parsed = parseEvent(given(details, { Username: long }), SECRET)
    expect(
      [parsed?.principal, parsed?.user, parsed?.errorCode].map((text) => text?.length),
    ).toEqual([512, 512, 512])
  })
})
