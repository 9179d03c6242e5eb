import type { EventLog } from '../service/event-log.ts'
import type { Input, Service } from '../service/service.ts'
import { lookupRequest } from './lookup-request.ts'
import { lookUp } from './lookup.ts'
import { requestRate } from './request-rate.ts'

export interface CloudTrailOptions {
  readonly events: EventLog
  /** How long an event takes to arrive, in milliseconds; on AWS it is minutes. Asked anew for each lookup. */
  readonly deliveryDelayMs: () => number
}

/** Of each account and region. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const LOOKUPS_PER_SECOND = 2

/** LookupEvents, over what the server itself has seen. */
export function cloudTrailService({ events, deliveryDelayMs }: CloudTrailOptions): Service {
  const rate = requestRate(LOOKUPS_PER_SECOND)
  return {
    name: 'cloudtrail',
    protocol: {
      kind: 'json',
      targetPrefixes: [
        'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
        'CloudTrail_20131101',
      ],
    },
    operations: {
      LookupEvents: {
        readOnly: true,
        parameters: lookupParameters,
        handle({ authorize, caller, input, now, region }) {
          rate.count(`${caller.accountId} ${region}`, now)
          const request = lookupRequest(input)
          authorize('cloudtrail:LookupEvents', '*')
          const { events: found, nextToken } = lookUp({
            request,
            events: events.events(),
            accountId: caller.accountId,
            region,
            now,
            deliveryDelayMs: deliveryDelayMs(),
          })
          return { output: { Events: found, ...(nextToken !== null && { NextToken: nextToken }) } }
        },
      },
    },
  }
}

const NAMES: Readonly<Record<string, string>> = {
  LookupAttributes: 'lookupAttributes',
  StartTime: 'startTime',
  EndTime: 'endTime',
  EventCategory: 'eventCategory',
  MaxResults: 'maxResults',
}

function lookupParameters(input: Input): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([name, written]) =>
      input[name] === undefined ? [] : [[written, input[name]]],
    ),
  )
}
