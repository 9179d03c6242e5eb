import type { LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail'
import { SecretsError } from '@mm-secrets/core'
import type { ClientConfig } from '../client/client-config.ts'
import { conversation } from '../client/conversation.ts'
import { openClient } from '../client/open-client.ts'
import type { About } from '../errors/about.ts'
import { profileFlag } from '../errors/about.ts'
import type { AwsOptions } from '../options.ts'
import { entriesOf } from '../store/form.ts'
import type { LookUp } from './cloud-trail.ts'

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html, MaxResults */
const PAGE = 50

const SUBJECT = { operation: 'LookupEvents', name: null } as const

/** Asks CloudTrail itself; nothing is loaded before the first page. */
export function lookUpEvents(options: AwsOptions): LookUp {
  const cloudTrail = conversation(options, 'cloudtrail', async () => {
    const sdk = await import('./cloudtrail-sdk.ts')
    const make = (config: ClientConfig) => new sdk.CloudTrailClient(config)
    return { sdk, ...(await openClient(options, 'CLOUDTRAIL', make)) }
  })
  return async (page, call) => {
    const { failure, output } = await cloudTrail.ask(
      {
        ...SUBJECT,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.LookupEventsCommand(inputOf(page)), { abortSignal }),
      },
      call,
    )
    if (failure === null)
      return { events: entriesOf(output.Events), token: output.NextToken ?? null }
    const error = await cloudTrail.refuse(failure, SUBJECT)
    throw error.code === 'DENIED' ? denied(error, await cloudTrail.about(SUBJECT)) : error
  }
}

function inputOf({ resource, since, token }: Parameters<LookUp>[0]): LookupEventsCommandInput {
  return {
    LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: resource }],
    StartTime: new Date(since),
    MaxResults: PAGE,
    ...(token === null ? {} : { NextToken: token }),
  }
}

function denied({ cause }: SecretsError, { action, profile, region }: About): SecretsError {
  return new SecretsError('DENIED', `AWS denies ${action} in ${region}.`, {
    hint: `Allow ${action} on Resource "*" to whoever reviews access; a bot does not need it. Who is asking: aws sts get-caller-identity${profileFlag(profile)}`,
    cause,
  })
}
