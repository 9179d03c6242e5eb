import type { Event } from '@aws-sdk/client-cloudtrail'
import type { Call, Clock } from '@mm-secrets/core'
import { credentialRef, newCall } from '@mm-secrets/core'
import { describe, expect, test } from 'vitest'
import type { LookUp } from '../../src/cloudtrail/cloud-trail.ts'
import { cloudTrail } from '../../src/cloudtrail/cloud-trail.ts'

const NOW = Date.UTC(2026, 10, 25)
const BYBIT = credentialRef({ env: 'prod', exchange: 'bybit' })
const KEY = 'mm-bot/prod/bybit/api_key'
const KEY_ARN =
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:mm-bot/prod/bybit/api_key-AbCdEf'

/** Time that passes only where everybody waits: the one who waits least goes on. */
function waitingClock(): Clock {
  let now = NOW
  const waiting: { readonly until: number; readonly wake: () => void }[] = []
  const wakeNext = (): void => {
    const next = waiting.sort((a, b) => a.until - b.until).shift()
    if (next === undefined) return
    now = Math.max(now, next.until)
    next.wake()
    setImmediate(wakeNext)
  }
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((wake, leave) => {
        if (signal?.aborted === true) leave(signal.reason as Error)
        else if (waiting.push({ until: now + ms, wake }) === 1) setImmediate(wakeNext)
      }),
  }
}

const id = (at: number, resource: string) => `${resource} ${at}`

function event(at: number, resource: string): Event {
  return {
    EventId: id(at, resource),
    EventName: 'GetSecretValue',
    EventSource: 'secretsmanager.amazonaws.com',
    EventTime: new Date(at),
  }
}

/** CloudTrail with these pages of each resource, newest first as it gives them. */
function trailOf(pages: Readonly<Record<string, readonly (readonly Event[])[]>>, arn?: string) {
  const clock = waitingClock()
  const asked: { readonly at: number; readonly resource: string; readonly since: number }[] = []
  const lookUp: LookUp = ({ resource, since, token }) => {
    asked.push({ at: clock.now() - NOW, resource, since })
    const place = token === null ? 0 : Number(token)
    const all = pages[resource] ?? []
    const next = place + 1 < all.length ? String(place + 1) : null
    return Promise.resolve({ events: all[place] ?? [], token: next })
  }
  const arns = () => Promise.resolve(arn === undefined ? {} : { api_key: arn })
  const call = (): Call => newCall(clock)
  return { asked, call, clock, trail: cloudTrail({ lookUp, clock, arns }) }
}

const resources = (asked: readonly { readonly resource: string }[]) =>
  asked.map(({ resource }) => resource)

describe('the trail of a credential', () => {
  test('is looked up by the name of each secret, in both layouts, and by each ARN that is known', async () => {
    const { asked, call, trail } = trailOf({}, KEY_ARN)
    expect(await trail.accesses(BYBIT, 7, call())).toEqual({ events: [], since: 7 })
    expect(resources(asked)).toEqual([
      KEY,
      KEY_ARN,
      'mm-bot/prod/bybit/api_secret',
      'mm-bot/prod/bybit',
    ])
    expect(asked.every(({ since }) => since === 7)).toBe(true)
  })

  test('of a copy under a suffix has no JSON name', async () => {
    const { asked, call, trail } = trailOf({})
    const copy = credentialRef({
      env: 'prod',
      exchange: 'kucoin',
      account: 'hedge',
      suffix: '-new',
    })
    await trail.accesses(copy, 0, call())
    expect(resources(asked)).toEqual([
      'mm-bot/prod/kucoin@hedge/api_key-new',
      'mm-bot/prod/kucoin@hedge/api_secret-new',
      'mm-bot/prod/kucoin@hedge/api_passphrase-new',
    ])
  })

  test('is read to the end, over empty pages too, and told oldest first', async () => {
    const { call, trail } = trailOf({
      [KEY]: [[event(9, KEY)], [], [event(5, KEY), event(3, KEY)]],
      'mm-bot/prod/bybit': [[event(4, 'json')]],
    })
    const { events, since } = await trail.accesses(BYBIT, 0, call())
    expect(events.map(({ at }) => at)).toEqual([3, 4, 5, 9])
    expect(events.map(({ secret }) => secret)).toEqual([KEY, 'mm-bot/prod/bybit', KEY, KEY])
    expect(since).toBe(0)
  })

  test('keeps the order of events within one second, which is all that CloudTrail tells', async () => {
    const named = (EventName: string) => ({ ...event(5, KEY), EventId: EventName, EventName })
    const { call, trail } = trailOf({
      [KEY]: [[named('GetSecretValue'), named('PutSecretValue')], [named('CreateSecret')]],
    })
    const { events } = await trail.accesses(BYBIT, 0, call())
    expect(events.map(({ action }) => action)).toEqual([
      'CreateSecret',
      'PutSecretValue',
      'GetSecretValue',
    ])
  })

  test('counts an event once that is found by name and by ARN', async () => {
    const same = event(5, KEY)
    const { call, trail } = trailOf({ [KEY]: [[same]], [KEY_ARN]: [[same]] }, KEY_ARN)
    expect((await trail.accesses(BYBIT, 0, call())).events).toHaveLength(1)
  })

  test('keeps to two requests a second, over several questions at once too', async () => {
    const { asked, call, trail } = trailOf({ [KEY]: [[], [], []] })
    await Promise.all([trail.accesses(BYBIT, 0, call()), trail.accesses(BYBIT, 0, call())])
    const times = asked.map(({ at }) => at)
    expect(times).toHaveLength(10)
    for (const [index, at] of times.entries()) {
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(500)
    }
    expect(times[0]).toBe(0)
  })

  test('says from when on it is whole where there is more than is looked up at once', async () => {
    const endless = Array.from({ length: 1_000 }, (_, page) => [event(10_000 - page, KEY)])
    const { asked, call, trail } = trailOf({
      [KEY]: endless,
      'mm-bot/prod/bybit': [[event(9_990, 'json'), event(10, 'json')]],
    })
    const { events, since } = await trail.accesses(BYBIT, 0, call())
    expect(asked).toHaveLength(400)
    // All but two pages were of the busy one.
    expect(since).toBe(10_000 - 397)
    expect(events.map(({ at }) => at).filter((at) => at < since)).toEqual([])
    expect(events).toHaveLength(398 + 1)
  })

  test('stops where the person leaves', async () => {
    const { asked, call, trail } = trailOf({ [KEY]: [[], []] })
    const signal = AbortSignal.abort(new Error('left'))
    await expect(trail.accesses(BYBIT, 0, { ...call(), signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
    expect(asked).toHaveLength(1)
  })
})
