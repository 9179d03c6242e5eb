import { credentialRef, newCall, systemClock } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import { awsAccessTrail } from '../../src/cloudtrail/aws-access-trail.ts'
import { lookUpEvents } from '../../src/cloudtrail/look-up.ts'
import { allow, deskWith } from '../examine/desk.ts'
import { refused } from '../refused.ts'

const KEY = 'mm-bot/prod/bybit/api_key'
const BYBIT = credentialRef({ env: 'prod', exchange: 'bybit' })
const TRAIL = allow('cloudtrail:LookupEvents', '*')
const hourAgo = () => Date.now() - 3_600_000

describe('LookupEvents', () => {
  test("finds what the guide's query finds: by the name of a secret", async () => {
    const { options, save } = await deskWith([TRAIL])
    await save(KEY)
    const page = await lookUpEvents(options)(
      { resource: KEY, since: hourAgo(), token: null },
      newCall(systemClock),
    )
    expect(page.token).toBeNull()
    expect(page.events.map(({ EventName }) => EventName)).toContain('PutSecretValue')
    expect(page.events[0]?.EventTime).toBeInstanceOf(Date)
  })

  test('gives fifty events a page and a token for the next', async () => {
    const { options, server } = await deskWith([TRAIL])
    for (let index = 0; index < 60; index++) server.events.append(readOf(KEY, index))
    const lookUp = lookUpEvents(options)
    const call = newCall(systemClock)
    // A token belongs to the very question that gave it.
    const since = hourAgo()
    const first = await lookUp({ resource: KEY, since, token: null }, call)
    expect(first.events).toHaveLength(50)
    const second = await lookUp({ resource: KEY, since, token: first.token }, call)
    expect(second.events).toHaveLength(10)
    expect(second.token).toBeNull()
  })

  test('that is not allowed names the action and who needs it', async () => {
    const { options } = await deskWith([allow('GetSecretValue', '*')])
    const error = await refused(
      lookUpEvents(options)({ resource: KEY, since: hourAgo(), token: null }, newCall(systemClock)),
    )
    expect(error).toMatchObject({
      code: 'DENIED',
      message: 'AWS denies cloudtrail:LookupEvents in us-east-1.',
    })
    expect(error.hint).toContain('Allow cloudtrail:LookupEvents on Resource "*"')
  })

  test('that is throttled is asked again', async () => {
    const { options, save, server } = await deskWith([TRAIL])
    await save(KEY)
    server.knobs.set({ next: [{ fault: 'throttle', operation: 'LookupEvents', times: 2 }] })
    const page = await lookUpEvents(options)(
      { resource: KEY, since: hourAgo(), token: null },
      newCall(systemClock),
    )
    expect(page.events.length).toBeGreaterThan(0)
  })

  test('of a credential keeps within the rate of the service', async () => {
    const { options, save, server } = await deskWith([TRAIL])
    await save(KEY)
    const trail = awsAccessTrail({ ...options, arns: () => Promise.resolve({}) })
    const { events } = await trail.accesses(BYBIT, hourAgo(), newCall(systemClock))
    expect(events.map(({ secret }) => secret)).toContain(KEY)
    const lookups = server.events.events().filter(({ name }) => name === 'LookupEvents')
    expect(lookups.map(({ errorCode }) => errorCode)).toEqual([null, null, null])
  })
})

/** As the server has it in its log. */
function readOf(secretId: string, index: number) {
  return {
    eventId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    requestId: `request ${index}`,
    time: Date.now() - index * 1000,
    source: 'secretsmanager.amazonaws.com',
    name: 'GetSecretValue',
    readOnly: true,
    caller: {
      accessKeyId: 'other',
      arn: 'arn:aws:iam::123456789012:user/other',
      accountId: '123456789012',
      userId: 'AIDAOTHER',
    },
    region: 'us-east-1',
    sourceIp: '192.0.2.7',
    userAgent: 'test',
    requestParameters: { secretId },
    responseElements: null,
    errorCode: null,
    errorMessage: null,
    resources: [],
  }
}
