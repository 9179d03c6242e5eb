import type { Service } from '../service/service.ts'

/**
 * GetCallerIdentity, which needs no permission: not even an explicit deny forbids it.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function stsService(): Service {
  return {
    name: 'sts',
    protocol: {
      kind: 'query',
      apiVersion: '2011-06-15',
      xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    },
    operations: {
      GetCallerIdentity: {
        readOnly: true,
        handle: ({ caller }) => ({
          output: { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId },
        }),
      },
    },
  }
}
