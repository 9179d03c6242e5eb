import { describe, expect, it } from 'vitest'
import { lookupRequest } from '../../src/cloudtrail/lookup-request.ts'
import { ServiceError } from '../../src/service/service-error.ts'

function refusal(input: Record<string, unknown>): string {
  try {
    lookupRequest(input)
  } catch (error) {
    if (error instanceof ServiceError) return error.code
    throw error
  }
  return 'accepted'
}

const attribute = { AttributeKey: 'EventName', AttributeValue: 'GetSecretValue' }

describe('lookupRequest', () => {
  it('takes an empty request for a page of 50 of all there is', () => {
    expect(lookupRequest({})).toEqual({
      attribute: null,
      startTime: null,
      endTime: null,
      insights: false,
      maxResults: 50,
      nextToken: null,
    })
    expect(lookupRequest({ LookupAttributes: [] }).attribute).toBeNull()
  })

  it('reads seconds into milliseconds', () => {
    const { startTime, endTime } = lookupRequest({ StartTime: 1.5, EndTime: 2 })
    expect([startTime, endTime]).toEqual([1500, 2000])
  })

  it.each([
    ['two attributes', { LookupAttributes: [attribute, attribute] }],
    [
      'an attribute that is not known',
      { LookupAttributes: [{ ...attribute, AttributeKey: 'Name' }] },
    ],
    ['an attribute without a value', { LookupAttributes: [{ AttributeKey: 'EventName' }] }],
    ['an attribute that is none', { LookupAttributes: ['EventName'] }],
    ['attributes that are no list', { LookupAttributes: attribute }],
    [
      'a value of more than 2000 characters',
      { LookupAttributes: [{ ...attribute, AttributeValue: 'x'.repeat(2001) }] },
    ],
  ])('refuses %s', (_what, input) => {
    expect(refusal(input)).toBe('InvalidLookupAttributesException')
  })

  it.each([
    ['a start after the end', { StartTime: 2, EndTime: 1 }],
    ['a time as text', { StartTime: '2026-11-25T00:00:00Z' }],
    ['a time before all time', { EndTime: -1 }],
  ])('refuses %s', (_what, input) => {
    expect(refusal(input)).toBe('InvalidTimeRangeException')
  })

  it.each([0, 51, 1.5, '10'])('refuses %j results', (MaxResults) => {
    expect(refusal({ MaxResults })).toBe('InvalidMaxResultsException')
  })

  it('refuses other categories, and tokens that are no text', () => {
    expect(refusal({ EventCategory: 'data' })).toBe('InvalidEventCategoryException')
    expect(refusal({ NextToken: 1 })).toBe('InvalidNextTokenException')
  })
})
