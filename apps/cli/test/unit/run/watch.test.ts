import type { CredentialState, VersionId } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { watchCredentials } from '../../../src/run/watch.ts'
import { choose, credentialOf, versionOf } from './chosen.ts'

const bybit = choose('bybit')
const HELD = new Map([[bybit.label, credentialOf(bybit, {}, versionOf('a'))]])
const going = new AbortController().signal

interface Seen {
  readonly current: VersionId | null
  readonly frozen?: readonly VersionId[]
  readonly pending?: VersionId
  readonly deleted?: boolean
}

function state({ current, deleted = false, frozen = [], pending }: Seen): CredentialState {
  const ids = [versionOf('a'), versionOf('b')]
  return {
    ref: bybit.ref,
    current,
    deletedUntil: deleted ? 1 : null,
    versions: ids.map((id) => ({ id, frozen: frozen.includes(id) })),
    pending: pending === undefined ? [] : [{ versionId: pending }],
  } as unknown as CredentialState
}

/** A watch that meets these, one after the other, and then waits for ever. */
function watchOf(seen: readonly (Seen | Error | null)[], random = 0.5) {
  const [slept, told]: [number[], string[]] = [[], []]
  const left = [...seen]
  const watch = watchCredentials({
    intervalMs: 1000,
    random: () => random,
    clock: {
      now: () => 0,
      sleep: (ms) => {
        slept.push(ms)
        return Promise.resolve()
      },
    },
    secrets: {
      describe: () => {
        const next = left.shift()
        if (next === undefined) return Promise.reject(new Error('Nothing more happens.'))
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next && state(next))
      },
    },
    tell: (line) => void told.push(line),
  })
  return { watch, slept, told }
}

const away = new SecretsError('UNAVAILABLE', 'The store is away.')

test('only a new current version is a change: a pending one is none', async () => {
  const same: Seen = { current: versionOf('a') }
  const { slept, watch } = watchOf([
    same,
    { ...same, pending: versionOf('b') },
    { current: versionOf('b') },
  ])
  expect(await watch.next([bybit], HELD, going)).toEqual({ kind: 'rotated', chosen: [bybit] })
  expect(slept).toEqual([1000, 1000, 1000])
})

test('a version that is frozen is a change at once, a new one in its place a rotation', async () => {
  const frozen = [versionOf('a')]
  const stopped = watchOf([{ current: versionOf('a'), frozen }])
  expect(await stopped.watch.next([bybit], HELD, going)).toEqual({ kind: 'frozen', chosen: bybit })
  const rotated = watchOf([{ current: versionOf('b'), frozen }])
  expect(await rotated.watch.next([bybit], HELD, going)).toMatchObject({ kind: 'rotated' })
  const both = watchOf([{ current: versionOf('b'), frozen: [...frozen, versionOf('b')] }])
  expect(await both.watch.next([bybit], HELD, going)).toMatchObject({ kind: 'frozen' })
})

test.each([
  ['a store that is away', away, 'The store is away.'],
  ['a credential that is gone', null, 'dev/bybit is not there any more.'],
  [
    'a credential that is deleted',
    { current: versionOf('a'), deleted: true },
    'dev/bybit is not there any more.',
  ],
] as const)(
  '%s is one line, asked for less and less often, and one when it is over',
  async (_what, trouble, line) => {
    const { slept, told, watch } = watchOf([
      trouble,
      trouble,
      trouble,
      { current: versionOf('a') },
      { current: versionOf('b') },
    ])
    expect(await watch.next([bybit], HELD, going)).toMatchObject({ kind: 'rotated' })
    expect(slept).toEqual([1000, 2000, 4000, 8000, 1000])
    expect(told).toEqual([
      `${line} The program keeps what it has; the watch goes on.`,
      'The watch is well again.',
    ])
  },
)

test('it never waits much longer than five minutes, and asks at times of its own', async () => {
  const many = Array.from({ length: 30 }, () => away)
  const { slept, watch } = watchOf([...many, { current: versionOf('b') }], 1)
  await watch.next([bybit], HELD, going)
  expect(slept[0]).toBe(1200)
  expect(Math.max(...slept)).toBe(360_000)
  const early = watchOf([{ current: versionOf('b') }], 0)
  await early.watch.next([bybit], HELD, going)
  expect(early.slept).toEqual([800])
})

test('it ends when it is told to', async () => {
  const over = new AbortController()
  over.abort()
  expect(await watchOf([]).watch.next([bybit], HELD, over.signal)).toBeNull()
})
