import type { LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail'
import { SecretsError, onceResolved } from '@mm-secrets/core'
import { profileOf } from '../client/client-config.ts'
import { openClient } from '../client/open-client.ts'
import { persist } from '../client/persist.ts'
import type { About } from '../errors/about.ts'
import { profileFlag } from '../errors/about.ts'
import type { Failure } from '../errors/failure.ts'
import { refuse } from '../errors/refuse.ts'
import type { AwsOptions } from '../options.ts'
import type { LookUp } from './cloud-trail.ts'

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html, MaxResults */
const PAGE = 50

/** Asks CloudTrail itself; nothing is loaded before the first page. */
export function lookUpEvents(options: AwsOptions): LookUp {
  const open = onceResolved(async () => {
    const sdk = await import('./cloudtrail-sdk.ts')
    const opened = await openClient(
      options,
      'CLOUDTRAIL',
      (config) => new sdk.CloudTrailClient(config),
    )
    return { sdk, ...opened }
  })
  return async (page, call) => {
    const { client, region, sdk } = await open()
    const command = new sdk.LookupEventsCommand(inputOf(page))
    const attempt = {
      prepare: () => client.config.credentials(),
      send: (abortSignal: AbortSignal) => client.send(command, { abortSignal }),
      once: false,
      values: [],
    }
    const { failure, output } = await persist(attempt, options, call)
    if (failure !== null) throw refuseLookUp(failure, about(options, region), options.clock.now())
    return { events: output.Events ?? [], token: output.NextToken ?? null }
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

function about(options: AwsOptions, region: string): About {
  const profile = profileOf(options)
  return { action: 'cloudtrail:LookupEvents', name: null, region, profile, env: options.env }
}

function refuseLookUp(failure: Failure, of: About, now: number): SecretsError {
  if (failure.name !== 'AccessDenied' && failure.name !== 'AccessDeniedException') {
    return refuse(failure, of, now)
  }
  return new SecretsError('DENIED', `AWS denies ${of.action} in ${of.region}.`, {
    hint: `Allow ${of.action} on Resource "*" to whoever reviews access; a bot needs it not. Who is asking: aws sts get-caller-identity${profileFlag(of.profile)}`,
    cause: refuse(failure, of, now).cause,
  })
}
