import { describe, expect, it } from 'vitest'
import { record, trailSummary } from '../../src/cloudtrail/record.ts'
import { ACCOUNT, ARN, NAME, NOW, serviceEvent } from './fixture.ts'

describe('the summary of an event', () => {
  it('has what LookupEvents finds events by', () => {
    expect(trailSummary(serviceEvent({ time: NOW + 999 }))).toEqual({
      EventId: 'event-1',
      EventName: 'GetSecretValue',
      ReadOnly: 'true',
      AccessKeyId: 'reader',
      EventTime: NOW / 1000,
      EventSource: 'secretsmanager.amazonaws.com',
      Username: 'reader',
      Resources: [{ ResourceType: 'AWS::SecretsManager::Secret', ResourceName: NAME }],
    })
  })

  it('names a secret as the request did, and by the ARN where the answer had it', () => {
    const names = (fields: object): string[] =>
      trailSummary(serviceEvent(fields)).Resources.map(({ ResourceName }) => ResourceName)
    expect(names({ requestParameters: { secretId: ARN } })).toEqual([ARN])
    expect(names({ requestParameters: { name: NAME }, responseElements: { arn: ARN } })).toEqual([
      NAME,
      ARN,
    ])
    expect(names({ requestParameters: { secretId: ARN }, responseElements: { arn: ARN } })).toEqual(
      [ARN],
    )
    expect(names({ requestParameters: null })).toEqual([])
    expect(names({ source: 'sts.amazonaws.com', requestParameters: { name: NAME } })).toEqual([])
  })

  it('has the name of a role’s session as its user', () => {
    const caller = {
      accessKeyId: 'session',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/bot/host-7`,
      accountId: ACCOUNT,
      userId: 'AROAEXAMPLE:host-7',
    }
    expect(trailSummary(serviceEvent({ caller })).Username).toBe('host-7')
    expect(record(serviceEvent({ caller }))['userIdentity']).toEqual({
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:host-7',
      arn: caller.arn,
      accountId: ACCOUNT,
      accessKeyId: 'session',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLE',
          arn: `arn:aws:iam::${ACCOUNT}:role/bot`,
          accountId: ACCOUNT,
          userName: 'bot',
        },
        attributes: { creationDate: '2026-11-25T11:59:00Z', mfaAuthenticated: 'false' },
      },
    })
  })
})

describe('the record of an event', () => {
  it('tells a read as CloudTrail writes it', () => {
    expect(record(serviceEvent())).toEqual({
      eventVersion: '1.11',
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLE',
        arn: `arn:aws:iam::${ACCOUNT}:user/bots/reader`,
        accountId: ACCOUNT,
        accessKeyId: 'reader',
        userName: 'reader',
      },
      eventTime: '2026-11-25T11:59:00Z',
      eventSource: 'secretsmanager.amazonaws.com',
      eventName: 'GetSecretValue',
      awsRegion: 'us-east-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: 'aws-cli/1.45',
      requestParameters: { secretId: NAME, versionStage: 'AWSCURRENT' },
      responseElements: null,
      requestID: 'request-1',
      eventID: 'event-1',
      readOnly: true,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
    })
  })

  it('names the root of the account', () => {
    const caller = {
      accessKeyId: 'root',
      arn: `arn:aws:iam::${ACCOUNT}:root`,
      accountId: ACCOUNT,
      userId: ACCOUNT,
    }
    expect(record(serviceEvent({ caller }))['userIdentity']).toMatchObject({ type: 'Root' })
    expect(trailSummary(serviceEvent({ caller })).Username).toBe('root')
  })

  it('tells why a request failed', () => {
    const failed = serviceEvent({ errorCode: 'AccessDenied', errorMessage: 'User: …' })
    expect(record(failed)).toMatchObject({ errorCode: 'AccessDenied', errorMessage: 'User: …' })
  })

  it.each([
    ['CreateSecret', { arn: ARN, name: NAME }],
    ['PutSecretValue', { arn: ARN, name: NAME }],
    ['UpdateSecretVersionStage', { aRN: ARN, name: NAME }],
    ['RestoreSecret', { aRN: ARN, name: NAME }],
  ])('spells the ARN in the answer of %s as %j', (name, written) => {
    const event = serviceEvent({ name, responseElements: { arn: ARN, name: NAME } })
    expect(record(event)['responseElements']).toEqual(written)
  })
})
