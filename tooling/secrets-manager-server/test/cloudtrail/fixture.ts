import type { ServiceEvent } from '../../src/service/event-log.ts'

export const ACCOUNT = '123456789012'
export const REGION = 'us-east-1'
export const NOW: number = Date.parse('2026-11-25T12:00:00Z')
export const NAME = 'mm-bot/prod/bybit/api_key'
export const ARN: string = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${NAME}-AbCdEf`

export function serviceEvent(fields: Partial<ServiceEvent> = {}): ServiceEvent {
  return {
    eventId: 'event-1',
    requestId: 'request-1',
    time: NOW - 60_000,
    source: 'secretsmanager.amazonaws.com',
    name: 'GetSecretValue',
    readOnly: true,
    caller: {
      accessKeyId: 'reader',
      arn: `arn:aws:iam::${ACCOUNT}:user/bots/reader`,
      accountId: ACCOUNT,
      userId: 'AIDAEXAMPLE',
    },
    region: REGION,
    sourceIp: '127.0.0.1',
    userAgent: 'aws-cli/1.45',
    requestParameters: { secretId: NAME, versionStage: 'AWSCURRENT' },
    responseElements: null,
    errorCode: null,
    errorMessage: null,
    resources: [{ arn: ARN, type: 'AWS::SecretsManager::Secret' }],
    ...fields,
  }
}
