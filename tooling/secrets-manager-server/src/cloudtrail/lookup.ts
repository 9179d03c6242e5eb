import { createHash } from 'node:crypto'
import type { ServiceEvent } from '../service/event-log.ts'
import { invalidToken, type LookupAttribute, type LookupRequest } from './lookup-request.ts'
import { record, trailSummary, type TrailEvent, type TrailSummary } from './record.ts'

export interface LookupPage {
  /** Newest first. */
  readonly events: readonly TrailEvent[]
  /** Null: there is no more. */
  readonly nextToken: string | null
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const KEPT_MS = 90 * 24 * 3_600_000

export interface Lookup {
  readonly request: LookupRequest
  /** All of the server's, oldest first. */
  readonly events: readonly ServiceEvent[]
  readonly accountId: string
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Events younger than this have not arrived yet. */
  readonly deliveryDelayMs: number
}

interface Found {
  readonly event: ServiceEvent
  readonly summary: TrailSummary
}

/** @throws ServiceError InvalidNextTokenException */
export function lookUp(lookup: Lookup): LookupPage {
  const { request } = lookup
  const found = request.insights ? [] : candidates(lookup).filter(fits(request))
  const from = request.nextToken === null ? 0 : positionAfter(request.nextToken, request, found)
  const page = found.slice(from, from + request.maxResults)
  const last = page.at(-1)
  const more = last !== undefined && from + page.length < found.length
  return {
    events: page.map(({ event, summary }) => ({
      ...summary,
      CloudTrailEvent: JSON.stringify(record(event)),
    })),
    nextToken: more ? tokenOf(last, request) : null,
  }
}

/** What the trail of this account and region has, newest first. */
function candidates({ events, accountId, region, now, deliveryDelayMs }: Lookup): Found[] {
  return events
    .filter(
      ({ caller, region: where, time }) =>
        caller.accountId === accountId &&
        where === region &&
        time <= now - deliveryDelayMs &&
        time >= now - KEPT_MS,
    )
    .map((event) => ({ event, summary: trailSummary(event) }))
    .reverse()
    .sort((a, b) => b.summary.EventTime - a.summary.EventTime)
}

function fits({ attribute, startTime, endTime }: LookupRequest): (found: Found) => boolean {
  return ({ summary }) => {
    const time = summary.EventTime * 1000
    return (
      (startTime === null || time >= startTime) &&
      (endTime === null || time <= endTime) &&
      (attribute === null || hasAttribute(summary, attribute))
    )
  }
}

/** Whole and in its case: CloudTrail looks for no part of a name. */
function hasAttribute(summary: TrailSummary, { key, value }: LookupAttribute): boolean {
  switch (key) {
    case 'ResourceName':
      return summary.Resources.some(({ ResourceName }) => ResourceName === value)
    case 'ResourceType':
      return summary.Resources.some(({ ResourceType }) => ResourceType === value)
    default:
      return summary[key] === value
  }
}

/** New events come before the place at which a walk through the pages is, so a token holds on to the last event seen. */
function tokenOf(last: Found, request: LookupRequest): string {
  return Buffer.from(`${digestOf(request)}.${last.event.eventId}`).toString('base64url')
}

function positionAfter(token: string, request: LookupRequest, found: readonly Found[]): number {
  const [digest, id] = Buffer.from(token, 'base64url').toString().split('.')
  const index = found.findIndex(({ event }) => event.eventId === id)
  if (digest !== digestOf(request) || index < 0) throw invalidToken()
  return index + 1
}

/** A token goes with the parameters that it was made for. */
function digestOf({ attribute, startTime, endTime }: LookupRequest): string {
  const text = JSON.stringify([attribute?.key, attribute?.value, startTime, endTime])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
