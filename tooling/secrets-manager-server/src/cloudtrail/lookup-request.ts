import { ServiceError } from '../service/service-error.ts'
import type { Input } from '../service/service.ts'

const ATTRIBUTES = [
  'EventId',
  'EventName',
  'ReadOnly',
  'Username',
  'ResourceType',
  'ResourceName',
  'EventSource',
  'AccessKeyId',
] as const

export interface LookupAttribute {
  readonly key: (typeof ATTRIBUTES)[number]
  readonly value: string
}

/** A page of what LookupEvents is asked for. Times in milliseconds since the epoch. */
export interface LookupRequest {
  readonly attribute: LookupAttribute | null
  readonly startTime: number | null
  readonly endTime: number | null
  /** Insights events are another category, of which there are none here. */
  readonly insights: boolean
  readonly maxResults: number
  readonly nextToken: string | null
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const MOST_RESULTS = 50

/**
 * @throws ServiceError InvalidLookupAttributesException, InvalidTimeRangeException, InvalidMaxResultsException,
 * InvalidEventCategoryException, InvalidNextTokenException
 */
export function lookupRequest(input: Input): LookupRequest {
  const startTime = timeOf(input['StartTime'])
  const endTime = timeOf(input['EndTime'])
  if (startTime !== null && endTime !== null && startTime > endTime) {
    throw invalidTime('The start time is after the end time.')
  }
  return {
    attribute: attributeOf(input['LookupAttributes']),
    startTime,
    endTime,
    insights: insightsOf(input['EventCategory']),
    maxResults: maxResultsOf(input['MaxResults']),
    nextToken: tokenOf(input['NextToken']),
  }
}

function attributeOf(value: unknown): LookupAttribute | null {
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw invalidAttributes('LookupAttributes is a list.')
  if (value.length > 1) {
    throw invalidAttributes('You can specify only one lookup attribute in a request.')
  }
  const [attribute] = value as readonly unknown[]
  if (attribute === undefined) return null
  if (typeof attribute !== 'object' || attribute === null) {
    throw invalidAttributes('A lookup attribute has an AttributeKey and an AttributeValue.')
  }
  const { AttributeKey: name, AttributeValue: text } = attribute as Record<string, unknown>
  const key = ATTRIBUTES.find((known) => known === name)
  if (key === undefined) {
    throw invalidAttributes(`The AttributeKey is not one of ${ATTRIBUTES.join(', ')}.`)
  }
  if (typeof text !== 'string' || text === '' || text.length > 2000) {
    throw invalidAttributes('An AttributeValue has from 1 to 2000 characters.')
  }
  return { key, value: text }
}

/** JSON 1.1 carries dates as seconds since the epoch. */
function timeOf(value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value * 1000
  throw invalidTime('A time is a number of seconds since the epoch.')
}

function insightsOf(value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (value === 'insight') return true
  throw new ServiceError('InvalidEventCategoryException', 'The only EventCategory is insight.')
}

function maxResultsOf(value: unknown): number {
  if (value === undefined || value === null) return MOST_RESULTS
  const fits = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_RESULTS
  if (fits) return Number(value)
  throw new ServiceError(
    'InvalidMaxResultsException',
    `Specify a MaxResults between 1 and ${MOST_RESULTS}.`,
  )
}

function tokenOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  throw invalidToken()
}

export function invalidToken(): ServiceError {
  return new ServiceError(
    'InvalidNextTokenException',
    'The NextToken is not valid, or was made for a request with other parameters.',
  )
}

const invalidAttributes = (message: string): ServiceError =>
  new ServiceError('InvalidLookupAttributesException', message)

const invalidTime = (message: string): ServiceError =>
  new ServiceError('InvalidTimeRangeException', message)
