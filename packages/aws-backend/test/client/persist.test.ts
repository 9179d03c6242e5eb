import type { Fault, RunningServer } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import type { Call, Clock, SecretStore, VersionId } from '@mm-secrets/core'
import { systemClock } from '@mm-secrets/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awsSecretStore } from '../../src/index.ts'
import { refused } from '../refused.ts'
import { NAME, call, newId, newValue, optionsFor } from '../stores.ts'

/** A hang costs a test so much. */
const ATTEMPT_MS = 250

let server: RunningServer
let store: SecretStore
let slept: number[]

/** The system's clock, with its pauses written down and cut short. */
const clock: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => {
    slept.push(ms)
    return systemClock.sleep(Math.min(ms, 5), signal)
  },
}

beforeAll(async () => {
  server = await startServer()
})
beforeEach(() => {
  server.reset()
  slept = []
  store = awsSecretStore(optionsFor(server.url, { clock, attemptMs: ATTEMPT_MS }))
})
afterAll(() => server.close())

async function withVersion(): Promise<VersionId> {
  const id = newId()
  await store.create(NAME, {}, call())
  await store.put(NAME, { id, value: newValue(), labels: [`mm-${id}`] }, call())
  server.requests.clear()
  return id
}

function plan(fault: Fault, operation: string, times = 1): void {
  server.knobs.set({ next: [{ fault, operation, times }], hangMs: 20_000 })
}

function endingIn(ms: number): Call {
  return { deadline: systemClock.now() + ms }
}

describe('what is safe to repeat', () => {
  it.each<Fault>(['throttle', 'error', 'late-error', 'hang', 'reset', 'lost-reply'])(
    'is repeated after a fault of the kind "%s"',
    async (fault) => {
      const id = await withVersion()
      plan(fault, 'GetSecretValue', 2)
      expect((await store.get(NAME, { label: 'AWSCURRENT' }, call()))?.id).toBe(id)
      expect(server.knobs.get().next).toEqual([])
      expect(slept).toHaveLength(2)
    },
  )

  it.each<Fault>(['throttle', 'error', 'late-error', 'hang', 'reset', 'lost-reply'])(
    'includes writing a version: after "%s" there is one, with the value that was written',
    async (fault) => {
      const first = await withVersion()
      const [id, value] = [newId(), newValue()]
      plan(fault, 'PutSecretValue', 2)
      const version = { id, value, labels: [`mm-${id}` as const] }
      expect(await store.put(NAME, version, call())).toMatchObject({ id, labels: [`mm-${id}`] })
      const found = await store.describe(NAME, call())
      expect(found?.versions.map((version) => version.id).sort()).toEqual([first, id].sort())
      const read = await store.get(NAME, { versionId: id }, call())
      expect(read?.value.reveal()).toBe(value.reveal())
    },
  )

  it('includes creating and deleting: a lost reply changes nothing of the outcome', async () => {
    plan('lost-reply', 'CreateSecret')
    expect(await store.create(NAME, { a: '1' }, call())).toBe(false)
    expect((await store.describe(NAME, call()))?.tags).toEqual({ a: '1' })
    plan('lost-reply', 'DeleteSecret')
    const until = await store.delete(NAME, 7, call())
    expect((await store.describe(NAME, call()))?.deletedUntil).toBe(until)
  })

  it('waits a little longer each time, with jitter under a limit', async () => {
    await withVersion()
    const highest = awsSecretStore(
      optionsFor(server.url, { clock, randomness: (bytes) => new Uint8Array(bytes).fill(255) }),
    )
    const lowest = awsSecretStore(
      optionsFor(server.url, { clock, randomness: (bytes) => new Uint8Array(bytes) }),
    )
    plan('throttle', 'DescribeSecret', 8)
    await highest.describe(NAME, call())
    expect(slept).toEqual([200, 400, 800, 1600, 2000, 2000, 2000, 2000])
    slept = []
    plan('throttle', 'DescribeSecret', 8)
    await lowest.describe(NAME, call())
    expect(Math.max(...slept)).toBeLessThan(10)
  })

  it('gives up at the deadline and says what it tried', async () => {
    await withVersion()
    plan('throttle', 'GetSecretValue', 1000)
    const which = { label: 'AWSCURRENT' } as const
    const error = await refused(store.get(NAME, which, { deadline: systemClock.now() + 3000 }))
    expect(error.code).toBe('UNAVAILABLE')
    expect(error.message).toMatch(
      /^GetSecretValue of mm-bot\/dev\/bybit\/api_key in us-east-1: AWS throttles .*\(ThrottlingException\), after \d+ attempts\.$/,
    )
  })

  it('gives up at the deadline where nothing answers', async () => {
    await withVersion()
    plan('hang', 'DescribeSecret', 1000)
    const error = await refused(store.describe(NAME, endingIn(ATTEMPT_MS * 3)))
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.message).toMatch(/no answer came in time \(Timeout\), after [2-9] attempts/)
  })

  it('waits for an answer however far the deadline is', async () => {
    const id = await withVersion()
    server.knobs.set({ latencyMs: 50 })
    for (const deadline of [Number.MAX_SAFE_INTEGER, Infinity]) {
      expect((await store.get(NAME, { versionId: id }, { deadline }))?.id).toBe(id)
      expect((await store.describe(NAME, { deadline }))?.name).toBe(NAME)
    }
  })

  it('sends nothing once the deadline is over', async () => {
    await withVersion()
    const which = { label: 'AWSCURRENT' } as const
    for (const attempt of [store.describe, store.dates]) {
      expect(await refused(attempt(NAME, endingIn(-1)))).toMatchObject({ code: 'UNAVAILABLE' })
    }
    expect(await refused(store.get(NAME, which, endingIn(-1)))).toMatchObject({
      code: 'UNAVAILABLE',
    })
    expect(server.requests.count()).toBe(0)
  })
})

describe('moving a label', () => {
  it('is repeated when it was throttled, which is before anything is done', async () => {
    const id = await withVersion()
    plan('throttle', 'UpdateSecretVersionStage', 3)
    expect(await store.moveLabel(NAME, 'mm-x', null, id, call())).toBe('moved')
    expect(server.requests.count('UpdateSecretVersionStage')).toBe(4)
  })

  it.each<Fault>(['error', 'late-error', 'hang', 'reset', 'lost-reply'])(
    'is sent once where it may have been done, and unknown after "%s"',
    async (fault) => {
      const id = await withVersion()
      plan(fault, 'UpdateSecretVersionStage')
      expect(await store.moveLabel(NAME, 'mm-x', null, id, call())).toBe('unknown')
      // A second request would have met no fault.
      const found = await store.describe(NAME, call())
      const isDone = found?.versions.some(({ labels }) => labels.includes('mm-x'))
      expect(isDone).toBe(fault === 'lost-reply' || fault === 'late-error')
      expect(server.requests.count('UpdateSecretVersionStage')).toBeLessThan(2)
    },
  )
})

describe('what is not repeated', () => {
  it.each([
    ['a quota that is used up', { versionQuota: 1 }, 'PutSecretValue', 'CONFIG'],
    ['a KMS key that is denied', { kms: 'denied' }, 'PutSecretValue', 'DENIED'],
    ['a value that cannot be encrypted', { kms: 'failing' }, 'PutSecretValue', 'DENIED'],
  ] as const)('%s', async (_, knobs, operation, code) => {
    await withVersion()
    server.knobs.set(knobs)
    const id = newId()
    const version = { id, value: newValue(), labels: [`mm-${id}` as const] }
    expect(await refused(store.put(NAME, version, call()))).toMatchObject({ code })
    expect(server.requests.count(operation)).toBe(1)
    expect(slept).toEqual([])
  })

  it.each(['denied', 'failing'] as const)('a value that cannot be decrypted: %s', async (kms) => {
    await withVersion()
    server.knobs.set({ kms })
    const attempt = store.get(NAME, { label: 'AWSCURRENT' }, call())
    expect(await refused(attempt)).toMatchObject({ code: 'DENIED' })
    expect(server.requests.count('GetSecretValue')).toBe(1)
  })
})

describe('a person who leaves', () => {
  it.each(['GetSecretValue', 'DescribeSecret', 'UpdateSecretVersionStage'])(
    'does not wait for %s, whatever hangs',
    async (operation) => {
      const id = await withVersion()
      plan('hang', operation, 1000)
      const patient = awsSecretStore(optionsFor(server.url, { attemptMs: 60_000 }))
      const person = new AbortController()
      const asked = {
        GetSecretValue: () => patient.get(NAME, { versionId: id }, call(person.signal)),
        DescribeSecret: () => patient.describe(NAME, call(person.signal)),
        UpdateSecretVersionStage: () =>
          patient.moveLabel(NAME, 'mm-x', null, id, call(person.signal)),
      }[operation]
      const attempt = refused(asked?.() ?? Promise.resolve())
      setTimeout(() => {
        person.abort()
      }, 50)
      expect(await attempt).toMatchObject({ code: 'INTERRUPTED' })
    },
  )

  it('does not wait for the next attempt', async () => {
    await withVersion()
    const person = new AbortController()
    const leaving: Clock = {
      now: systemClock.now,
      sleep: (_, signal) => {
        setTimeout(() => {
          person.abort()
        }, 10)
        return systemClock.sleep(60_000, signal)
      },
    }
    plan('throttle', 'DescribeSecret', 1000)
    const waiting = awsSecretStore(optionsFor(server.url, { clock: leaving }))
    const error = await refused(waiting.describe(NAME, call(person.signal)))
    expect(error).toMatchObject({ code: 'INTERRUPTED' })
  })

  it('sends nothing after that', async () => {
    await withVersion()
    const gone = call(AbortSignal.abort())
    for (const attempt of [
      () => store.describe(NAME, gone),
      () => store.get(NAME, { label: 'AWSCURRENT' }, gone),
      () => store.moveLabel(NAME, 'mm-x', null, newId(), gone),
    ]) {
      expect(await refused(attempt())).toMatchObject({ code: 'INTERRUPTED' })
    }
    expect(server.requests.count()).toBe(0)
  })
})

it('gets through 30 % throttling, 10 % errors, 5 % hangs and 5 % lost replies', async () => {
  const first = await withVersion()
  server.knobs.set({ throttleRate: 0.3, errorRate: 0.1, hangRate: 0.05, lostReplyRate: 0.05 })
  const ids = Array.from({ length: 12 }, newId)
  for (const id of ids) {
    await store.put(NAME, { id, value: newValue(), labels: [`mm-${id}`] }, call())
    expect((await store.get(NAME, { versionId: id }, call()))?.id).toBe(id)
  }
  const found = await store.describe(NAME, call())
  expect(found?.versions.map(({ id }) => id).sort()).toEqual([first, ...ids].sort())
})
