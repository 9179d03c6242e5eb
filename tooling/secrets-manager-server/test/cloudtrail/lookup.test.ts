import { describe, expect, it } from 'vitest'
import { lookupRequest } from '../../src/cloudtrail/lookup-request.ts'
import { lookUp, type LookupPage } from '../../src/cloudtrail/lookup.ts'
import type { ServiceEvent } from '../../src/service/event-log.ts'
import { ACCOUNT, ARN, NAME, NOW, REGION, serviceEvent } from './fixture.ts'

const DAY = 24 * 3_600_000

interface Asked {
  readonly input?: Record<string, unknown>
  readonly events: readonly ServiceEvent[]
  readonly deliveryDelayMs?: number
}

function page({ input = {}, events, deliveryDelayMs = 0 }: Asked): LookupPage {
  const request = lookupRequest(input)
  return lookUp({
    request,
    events,
    accountId: ACCOUNT,
    region: REGION,
    now: NOW,
    deliveryDelayMs,
  })
}

const ids = (asked: Asked): string[] => page(asked).events.map(({ EventId }) => EventId)

function some(count: number): ServiceEvent[] {
  return Array.from({ length: count }, (_, index) =>
    serviceEvent({ eventId: `e${index}`, time: NOW - (count - index) * 1000 }),
  )
}

const by = (AttributeKey: string, AttributeValue: string): Record<string, unknown> => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
})

describe('lookUp', () => {
  it('gives the newest first, also within one second', () => {
    expect(ids({ events: some(3) })).toEqual(['e2', 'e1', 'e0'])
    const sameSecond = ['a', 'b'].map((eventId) => serviceEvent({ eventId, time: NOW - 5000 }))
    expect(ids({ events: sameSecond })).toEqual(['b', 'a'])
  })

  it('gives 50 a page, and every event once over all pages', () => {
    const events = some(120)
    const seen: string[] = []
    const sizes: number[] = []
    let token: string | null = null
    do {
      const input: Record<string, unknown> = token === null ? {} : { NextToken: token }
      const answer = page({ input, events })
      sizes.push(answer.events.length)
      seen.push(...answer.events.map(({ EventId }) => EventId))
      token = answer.nextToken
    } while (token !== null)
    expect(sizes).toEqual([50, 50, 20])
    expect(seen).toEqual(events.map(({ eventId }) => eventId).reverse())
  })

  it('walks on undisturbed by what happens meanwhile', () => {
    const events = some(5)
    const first = page({ input: { MaxResults: 2 }, events })
    const later = [...events, serviceEvent({ eventId: 'new', time: NOW })]
    const input = { MaxResults: 2, NextToken: first.nextToken }
    expect(ids({ input, events: later })).toEqual(['e2', 'e1'])
  })

  it('has no token after the last page, also where it is full', () => {
    expect(page({ input: { MaxResults: 5 }, events: some(5) }).nextToken).toBeNull()
    expect(page({ events: [] })).toEqual({ events: [], nextToken: null })
  })

  it.each([
    ['of other parameters', by('EventName', 'GetSecretValue')],
    ['that it never gave', { NextToken: 'AAAA' }],
  ])('refuses a token %s', (_which, input) => {
    const { nextToken } = page({ input: { MaxResults: 1 }, events: some(3) })
    expect(() => page({ input: { NextToken: nextToken, ...input }, events: some(3) })).toThrow(
      expect.objectContaining({ code: 'InvalidNextTokenException' }),
    )
  })

  it('keeps to the account and the region', () => {
    const elsewhere = serviceEvent({ region: 'eu-west-1' })
    const other = serviceEvent()
    const foreign = { ...other, caller: { ...other.caller, accountId: '999999999999' } }
    expect(ids({ events: [elsewhere, foreign] })).toEqual([])
  })

  it('knows 90 days', () => {
    const events = [
      serviceEvent({ eventId: 'old', time: NOW - 90 * DAY - 1000 }),
      serviceEvent({ eventId: 'kept', time: NOW - 90 * DAY + 1000 }),
    ]
    expect(ids({ events })).toEqual(['kept'])
  })

  it('knows of no event before it was delivered', () => {
    const events = [
      serviceEvent({ eventId: 'old', time: NOW - 300_000 }),
      serviceEvent({ eventId: 'new', time: NOW - 299_999 }),
    ]
    expect(ids({ events, deliveryDelayMs: 300_000 })).toEqual(['old'])
  })

  it('keeps to the times asked for, both included', () => {
    const input = { StartTime: NOW / 1000 - 3, EndTime: NOW / 1000 - 2 }
    expect(ids({ input, events: some(5) })).toEqual(['e3', 'e2'])
  })

  it('has no insights', () => {
    expect(ids({ input: { EventCategory: 'insight' }, events: some(2) })).toEqual([])
  })
})

describe('an attribute', () => {
  const write = serviceEvent({
    eventId: 'write',
    name: 'CreateSecret',
    readOnly: false,
    requestParameters: { name: NAME },
    responseElements: { arn: ARN },
  })
  const byName = serviceEvent({ eventId: 'by-name' })
  const byArn = serviceEvent({ eventId: 'by-arn', requestParameters: { secretId: ARN } })
  const session = serviceEvent({
    eventId: 'session',
    source: 'sts.amazonaws.com',
    name: 'GetCallerIdentity',
    requestParameters: null,
    caller: {
      accessKeyId: 'temporary',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/bot/host-7`,
      accountId: ACCOUNT,
      userId: 'AROAEXAMPLE:host-7',
    },
  })
  const events = [write, byName, byArn, session]

  it.each([
    ['EventId', 'by-arn', ['by-arn']],
    ['EventName', 'CreateSecret', ['write']],
    ['EventName', 'createsecret', []],
    ['ReadOnly', 'false', ['write']],
    ['Username', 'host-7', ['session']],
    ['Username', 'reader', ['by-arn', 'by-name', 'write']],
    ['EventSource', 'sts.amazonaws.com', ['session']],
    ['AccessKeyId', 'temporary', ['session']],
    ['ResourceType', 'AWS::SecretsManager::Secret', ['by-arn', 'by-name', 'write']],
    ['ResourceName', NAME, ['by-name', 'write']],
    ['ResourceName', ARN, ['by-arn', 'write']],
    ['ResourceName', 'mm-bot/prod/bybit', []],
  ])('%s=%s finds %j', (key, value, found) => {
    expect(ids({ input: by(key, value), events })).toEqual(found)
  })
})
