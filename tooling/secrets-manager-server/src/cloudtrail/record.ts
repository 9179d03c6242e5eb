import { principal } from '../iam/principal.ts'
import type { Caller } from '../service/caller.ts'
import type { ServiceEvent } from '../service/event-log.ts'

type Json = Readonly<Record<string, unknown>>

interface NamedResource {
  readonly ResourceType: string
  readonly ResourceName: string
}

/** What LookupEvents tells of an event, and finds it by. */
export interface TrailSummary {
  readonly EventId: string
  readonly EventName: string
  /** 'true' or 'false', as a text. */
  readonly ReadOnly: string
  readonly AccessKeyId: string
  /** Seconds since the epoch, whole. */
  readonly EventTime: number
  readonly EventSource: string
  /** Of the user, or of the role's session. */
  readonly Username: string
  readonly Resources: readonly NamedResource[]
}

export interface TrailEvent extends TrailSummary {
  /** The record, as JSON. */
  readonly CloudTrailEvent: string
}

export function trailSummary(event: ServiceEvent): TrailSummary {
  const { name, sessionName } = principal(event.caller.arn)
  return {
    EventId: event.eventId,
    EventName: event.name,
    ReadOnly: String(event.readOnly),
    AccessKeyId: event.caller.accessKeyId,
    EventTime: Math.floor(event.time / 1000),
    EventSource: event.source,
    Username: sessionName ?? name,
    Resources: namedResources(event),
  }
}

/**
 * A secret goes by the name or ARN that the request had; where the answer told its ARN, also by that. So who wants
 * every read of a secret asks twice, once by name and once by ARN.
 */
function namedResources(event: ServiceEvent): NamedResource[] {
  if (event.source !== 'secretsmanager.amazonaws.com') return []
  const { secretId, name } = event.requestParameters ?? {}
  const { arn } = event.responseElements ?? {}
  const names = [secretId, name, arn].filter((each) => typeof each === 'string')
  return [...new Set(names)].map((ResourceName) => ({
    ResourceType: 'AWS::SecretsManager::Secret',
    ResourceName,
  }))
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function record(event: ServiceEvent): Json {
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(event.caller, event.time),
    eventTime: isoSeconds(event.time),
    eventSource: event.source,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    ...(event.errorCode === null ? {} : { errorCode: event.errorCode }),
    ...(event.errorMessage === null ? {} : { errorMessage: event.errorMessage }),
    requestParameters: event.requestParameters,
    responseElements: responseElements(event),
    requestID: event.requestId,
    eventID: event.eventId,
    readOnly: event.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: event.caller.accountId,
    eventCategory: 'Management',
  }
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function userIdentity(caller: Caller, time: number): Json {
  const { type, name, arn, sessionName } = principal(caller.arn)
  const common = {
    principalId: caller.userId,
    arn: caller.arn,
    accountId: caller.accountId,
    accessKeyId: caller.accessKeyId,
  }
  if (type === 'User') return { type: 'IAMUser', ...common, userName: name }
  if (sessionName === null) return { type: 'Root', ...common }
  return {
    type: 'AssumedRole',
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: caller.userId.split(':')[0],
        arn,
        accountId: caller.accountId,
        userName: name,
      },
      attributes: { creationDate: isoSeconds(time), mfaAuthenticated: 'false' },
    },
  }
}

/** In the records of these the first letter of `ARN` alone became small. A reader must know both spellings. */
const SPELLED_ARN = new Set(['RestoreSecret', 'UpdateSecret', 'UpdateSecretVersionStage'])

function responseElements({ name, responseElements: elements }: ServiceEvent): Json | null {
  if (elements?.['arn'] === undefined || !SPELLED_ARN.has(name)) return elements
  const { arn, ...others } = elements
  return { aRN: arn, ...others }
}

const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
