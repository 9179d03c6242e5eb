import { describe, expect, test } from 'vitest'
import type { Credential } from '../../src/credential/credential.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { credentialRef, sameRef } from '../../src/credential/name.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { cachingProvider } from '../../src/provider/caching-provider.ts'
import type { Clock } from '../../src/runtime/clock.ts'

const BYBIT = credentialRef({ env: 'prod', exchange: 'bybit' })
const BINANCE = credentialRef({ env: 'prod', exchange: 'binance' })

describe('the cache', () => {
  test('lives for 60 seconds from when the read began, and not a millisecond more', async () => {
    const { clock, provider, store } = setUp()
    const slow = store.hold()
    const asked = provider.getCredential(BYBIT)
    clock.advance(20_000)
    slow.release()
    const first = await asked

    clock.advance(39_999)
    expect(await provider.getCredential(BYBIT)).toBe(first)
    expect(store.reads).toBe(1)

    clock.advance(1)
    await provider.getCredential(BYBIT)
    expect(store.reads).toBe(2)
  })

  test('sees a rotation once that time is over', async () => {
    const { clock, provider, store } = setUp()
    const before = await provider.getCredential(BYBIT)
    const rotated = store.rotate()
    expect((await provider.getCredential(BYBIT)).versionId).toBe(before.versionId)
    clock.advance(60_000)
    expect((await provider.getCredential(BYBIT)).versionId).toBe(rotated)
  })

  test('lives as long as it is told to', async () => {
    const { clock, provider, store } = setUp(5)
    await provider.getCredential(BYBIT)
    clock.advance(4_999)
    await provider.getCredential(BYBIT)
    expect(store.reads).toBe(1)
    clock.advance(1)
    await provider.getCredential(BYBIT)
    expect(store.reads).toBe(2)
  })

  test('is not prolonged by a clock that is set back', async () => {
    const { clock, provider, store } = setUp()
    await provider.getCredential(BYBIT)
    clock.advance(-3_600_000)
    await provider.getCredential(BYBIT)
    expect(store.reads).toBe(2)
  })

  test('keeps credentials apart, each with its own time', async () => {
    const { clock, provider, store } = setUp()
    const bybit = await provider.getCredential(BYBIT)
    clock.advance(30_000)
    const binance = await provider.getCredential(BINANCE)
    clock.advance(30_000)
    expect(await provider.getCredential(BINANCE)).toBe(binance)
    expect(await provider.getCredential(BYBIT)).not.toBe(bybit)
    expect(bybit.ref).toBe(BYBIT)
    expect(store.reads).toBe(3)
  })

  test('of zero seconds keeps nothing, but concurrent reads still share one', async () => {
    const { provider, store } = setUp(0)
    await Promise.all([provider.getCredential(BYBIT), provider.getCredential(BYBIT)])
    expect(store.reads).toBe(1)
    await provider.getCredential(BYBIT)
    expect(store.reads).toBe(2)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('cannot live for %d seconds', (ttl) => {
    expect(() => setUp(ttl)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})

describe('concurrent reads', () => {
  test('a thousand cold reads of one credential are one read of the store', async () => {
    const { provider, store } = setUp()
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => provider.getCredential(BYBIT)),
    )
    expect(store.reads).toBe(1)
    expect(new Set(answers).size).toBe(1)
  })

  test('a thousand reads at the moment of expiry are one read too', async () => {
    const { clock, provider, store } = setUp()
    await provider.getCredential(BYBIT)
    clock.advance(60_000)
    await Promise.all(Array.from({ length: 1000 }, () => provider.getCredential(BYBIT)))
    expect(store.reads).toBe(2)
  })

  test('of different credentials do not wait for each other', async () => {
    const { provider, store } = setUp()
    const slow = store.hold()
    const bybit = provider.getCredential(BYBIT)
    expect((await provider.getCredential(BINANCE)).ref).toBe(BINANCE)
    slow.release()
    expect((await bybit).ref).toBe(BYBIT)
  })
})

describe('what is not kept', () => {
  test('absence: NOT_FOUND says how to look and how to store it', async () => {
    const { provider, store } = setUp()
    const ref = credentialRef({ env: 'soak', exchange: 'kucoin', account: 'hedge', suffix: '-new' })
    store.missing = ref
    await expect(provider.getCredential(ref)).rejects.toThrow(
      expect.objectContaining({
        code: 'NOT_FOUND',
        message: 'There is no credential soak/kucoin@hedge/-new.',
        hint: 'See what is there: mm-secrets list --env soak. Store it: mm-secrets save --env soak --exchange kucoin --account hedge --suffix -new',
      }),
    )
    store.missing = null
    await expect(provider.getCredential(ref)).resolves.toMatchObject({ ref })
  })

  test('an error: all who waited get it, the next one reads again', async () => {
    const { provider, store } = setUp()
    store.failure = new SecretsError('UNAVAILABLE', 'The store is busy.')
    const answers = await Promise.allSettled([
      provider.getCredential(BYBIT),
      provider.getCredential(BYBIT),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(store.reads).toBe(1)
    store.failure = null
    await expect(provider.getCredential(BYBIT)).resolves.toMatchObject({ ref: BYBIT })
    expect(store.reads).toBe(2)
  })

  test('a failure of an old read does not drop the newer one', async () => {
    const { provider, store } = setUp()
    const slow = store.hold()
    const old = provider.getCredential(BYBIT)
    provider.clearCache()
    const newer = await provider.getCredential(BYBIT)
    slow.fail(new SecretsError('UNAVAILABLE', 'The store is busy.'))
    await expect(old).rejects.toThrow('The store is busy.')
    expect(await provider.getCredential(BYBIT)).toBe(newer)
  })
})

describe('invalidate', () => {
  test('drops the version that was refused', async () => {
    const { provider, store } = setUp()
    const refused = await provider.getCredential(BYBIT)
    const other = await provider.getCredential(BINANCE)
    const rotated = store.rotate()
    provider.invalidate(refused)
    expect((await provider.getCredential(BYBIT)).versionId).toBe(rotated)
    expect(await provider.getCredential(BINANCE)).toBe(other)
  })

  test('leaves a newer version where it is', async () => {
    const { clock, provider, store } = setUp()
    const refused = await provider.getCredential(BYBIT)
    store.rotate()
    clock.advance(60_000)
    const newer = await provider.getCredential(BYBIT)
    provider.invalidate(refused)
    expect(await provider.getCredential(BYBIT)).toBe(newer)
    expect(store.reads).toBe(2)
  })

  test('of what is not cached is nothing', async () => {
    const { provider, store } = setUp()
    const refused = await provider.getCredential(BYBIT)
    provider.clearCache()
    provider.invalidate(refused)
    await provider.getCredential(BYBIT)
    expect(store.reads).toBe(2)
  })

  test('while that version is being read again: it is neither given out nor kept', async () => {
    const { clock, provider, store } = setUp()
    const refused = await provider.getCredential(BYBIT)
    clock.advance(60_000)
    const slow = store.hold()
    const waiting = provider.getCredential(BYBIT)
    const rotated = store.rotate()
    provider.invalidate(refused)
    const joined = provider.getCredential(BYBIT)
    slow.release(refused.versionId)

    expect((await waiting).versionId).toBe(rotated)
    expect((await joined).versionId).toBe(rotated)
    expect((await provider.getCredential(BYBIT)).versionId).toBe(rotated)
    expect(store.reads).toBe(3)
  })

  test('while the next version is being read: that one is kept', async () => {
    const { clock, provider, store } = setUp()
    const refused = await provider.getCredential(BYBIT)
    clock.advance(60_000)
    const rotated = store.rotate()
    const slow = store.hold()
    const waiting = provider.getCredential(BYBIT)
    provider.invalidate(refused)
    slow.release()
    expect((await waiting).versionId).toBe(rotated)
    await provider.getCredential(BYBIT)
    expect(store.reads).toBe(2)
  })

  test('by a thousand callers at once costs two reads, not a thousand', async () => {
    const { provider, store } = setUp()
    const refused = await provider.getCredential(BYBIT)
    const slow = store.hold()
    const answers = Array.from({ length: 1000 }, () => {
      provider.invalidate(refused)
      return provider.getCredential(BYBIT)
    })
    const rotated = store.rotate()
    slow.release(refused.versionId)
    const versions = new Set((await Promise.all(answers)).map(({ versionId }) => versionId))
    expect([...versions]).toEqual([rotated])
    expect(store.reads).toBe(3)
  })

  test('of a version that is still current asks the store, and believes it', async () => {
    const { provider, store } = setUp()
    const refused = await provider.getCredential(BYBIT)
    provider.invalidate(refused)
    expect((await provider.getCredential(BYBIT)).versionId).toBe(refused.versionId)
    expect(store.reads).toBe(2)
  })
})

test('clearCache while a read is under way: the read is answered, but not kept', async () => {
  const { provider, store } = setUp()
  const slow = store.hold()
  const waiting = provider.getCredential(BYBIT)
  provider.clearCache()
  slow.release()
  const before = await waiting
  expect(await provider.getCredential(BYBIT)).not.toBe(before)
  expect(store.reads).toBe(2)
})

/** A provider over a store that can be held, broken and rotated, and a clock that is moved by hand. */
function setUp(ttlSeconds?: number) {
  const clock = movableClock()
  const store = fakeStore()
  return { clock, store, provider: cachingProvider(store, clock, ttlSeconds) }
}

function movableClock(): Clock & { advance(ms: number): void } {
  let now = 1_700_000_000_000
  return {
    now: () => now,
    sleep: () => Promise.resolve(),
    advance: (ms) => {
      now += ms
    },
  }
}

/** A read that waits until the test lets it go. */
interface Held {
  /** @param versionId what was current when the read began, where that has changed since */
  release(versionId?: VersionId): void
  fail(error: Error): void
}

function fakeStore() {
  let current = newVersion()
  let held: Promise<VersionId | undefined> | null = null
  const store = {
    reads: 0,
    missing: null as CredentialRef | null,
    failure: null as Error | null,
    /** Makes a new version current. */
    rotate(): VersionId {
      current = newVersion()
      return current
    },
    /** Holds the next read. */
    hold(): Held {
      let release: Held['release'] = () => undefined
      let fail: Held['fail'] = () => undefined
      held = new Promise((resolve, reject) => {
        release = resolve
        fail = reject
      })
      return { release, fail }
    },
    async read(ref: CredentialRef): Promise<Credential | null> {
      store.reads++
      const waiting = held
      held = null
      const stale = await waiting
      if (store.failure !== null) throw store.failure
      if (store.missing !== null && sameRef(ref, store.missing)) return null
      return credentialOf(ref, stale ?? current)
    },
  }
  return store
}

function newVersion(): VersionId {
  return mintVersionId((bytes) => crypto.getRandomValues(new Uint8Array(bytes)))
}

function credentialOf(ref: CredentialRef, versionId: VersionId): Credential {
  const member = (keyType: 'api_key' | 'api_secret') =>
    new Redacted(`${keyType} of ${versionId}`, { keyType, versionId })
  return {
    ref,
    versionId,
    createdAt: null,
    layout: 'pair',
    paired: true,
    members: { api_key: member('api_key'), api_secret: member('api_secret') },
  }
}
