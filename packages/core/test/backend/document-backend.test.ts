import { describe, expect, test } from 'vitest'
import { documentBackend } from '../../src/backend/document/document-backend.ts'
import { DEFAULT_NAMESPACE, credentialRef } from '../../src/credential/name.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { PREVIOUS, halves, newVersionId, readBack, refusal, together } from '../contract/desk.ts'
import { BYBIT, HEDGE, KUCOIN } from '../contract/refs.ts'
import type { Disturbance } from './stored.ts'
import { stored } from './stored.ts'

const DAY_MS = 86_400_000

describe('a lost compare-and-swap', () => {
  test('applies the step again to what the other writer left', async () => {
    const disturbance: Disturbance = {}
    const { desk, documents, clock, traffic } = stored(disturbance)
    const other = documentBackend(documents, { clock })
    const [ours, theirs] = [desk.draft(BYBIT), desk.draft(HEDGE)]
    disturbance.beforeReplace = async () => {
      delete disturbance.beforeReplace
      await other.putPending(HEDGE, null, theirs, desk.call())
    }
    await desk.save(BYBIT, ours)
    expect(traffic.filter((line) => line.startsWith('lose'))).toHaveLength(1)
    expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, ours))
    expect(await desk.read(HEDGE)).toEqual(readBack(HEDGE, theirs))
  })

  test('is a conflict where the other writer moved the base', async () => {
    const disturbance: Disturbance = {}
    const { desk, documents, clock } = stored(disturbance)
    const other = documentBackend(documents, { clock })
    await desk.save(BYBIT)
    const theirs = desk.draft(BYBIT)
    disturbance.beforeReplace = async () => {
      delete disturbance.beforeReplace
      const base = await other.describe(BYBIT, desk.call())
      await other.commit(
        BYBIT,
        await other.putPending(BYBIT, base, theirs, desk.call()),
        desk.call(),
      )
    }
    const error = await refusal(() => desk.put(BYBIT, desk.draft(BYBIT)))
    expect(error.code).toBe('CONFLICT')
    expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, theirs))
  })

  test('is tried again only until the deadline', async () => {
    const disturbance: Disturbance = {}
    const { desk, clock, entries, overwrite } = stored(disturbance)
    disturbance.beforeReplace = async () => {
      clock.advance(1000)
      await overwrite('shadow', {})
    }
    expect((await refusal(() => desk.put(BYBIT, desk.draft(BYBIT)))).code).toBe('UNAVAILABLE')
    expect(await entries('shadow')).toEqual({})
  })
})

describe('writers of one process', () => {
  test('take turns, so that none of them loses a swap', async () => {
    const { desk, traffic } = stored()
    const refs = Array.from({ length: 32 }, (_, index) =>
      credentialRef({ env: 'shadow', exchange: 'bybit', account: `desk${index}` }),
    )
    await Promise.all(refs.map((ref) => desk.save(ref)))
    await Promise.all(refs.map((ref) => desk.save(ref)))
    // The first save of each goes live at once; a rotation is put, then committed.
    expect(traffic.filter((line) => line === 'replace shadow')).toHaveLength(32 * 3)
    expect(traffic).not.toContain('lose shadow')
  })

  test('get on after one of them failed', async () => {
    const disturbance: Disturbance = {}
    const { desk } = stored(disturbance)
    disturbance.beforeReplace = () => {
      delete disturbance.beforeReplace
      return Promise.reject(new Error('The disk is gone.'))
    }
    const [failed, fine] = await Promise.allSettled([
      desk.put(BYBIT, desk.draft(BYBIT)),
      desk.put(HEDGE, desk.draft(HEDGE)),
    ])
    expect([failed.status, fine.status]).toEqual(['rejected', 'fulfilled'])
  })
})

test('a verb that changes nothing writes nothing', async () => {
  const { desk, traffic } = stored()
  const base = await desk.save(BYBIT)
  const draft = desk.draft(BYBIT)
  const pending = await desk.put(BYBIT, draft)
  const site = { site: 'demo' }
  await desk.commit(BYBIT, pending)
  await desk.backend.annotate(BYBIT, draft.versionId, site, desk.call())
  const state = await desk.backend.freeze(BYBIT, desk.call())
  traffic.length = 0

  await desk.backend.putPending(BYBIT, base, draft, desk.call())
  await desk.commit(BYBIT, pending)
  await desk.backend.discard(KUCOIN, pending, desk.call())
  await desk.backend.annotate(BYBIT, draft.versionId, site, desk.call())
  await desk.backend.freeze(BYBIT, desk.call())
  await desk.backend.migrate(BYBIT, state, 'pair', desk.call())
  await desk.backend.restore(BYBIT, desk.call())
  expect(new Set(traffic)).toEqual(new Set(['read shadow']))
})

describe('the document', () => {
  test('reads well: sorted by the names of the anchors, with what belongs to each version', async () => {
    const { desk, entries, clock } = stored()
    const [old, next] = [desk.draft(BYBIT), desk.draft(BYBIT)]
    await desk.save(KUCOIN)
    await desk.save(BYBIT, old)
    await desk.save(HEDGE)
    await desk.save(BYBIT, next)
    const document = await entries('shadow')
    expect(Object.keys(document)).toEqual([
      'mm-bot/shadow/bybit/api_key',
      'mm-bot/shadow/bybit@hedge/api_key',
      'mm-bot/shadow/kucoin/api_key',
    ])
    const version = (draft: typeof old): unknown => ({
      id: draft.versionId,
      writtenAt: clock.now(),
      frozen: false,
      metadata: draft.metadata,
      values: readBack(BYBIT, draft).values,
    })
    expect(document['mm-bot/shadow/bybit/api_key']).toEqual({
      layout: 'pair',
      current: next.versionId,
      previous: old.versionId,
      pending: [],
      deletedUntil: null,
      versions: [version(next), version(old)],
    })
  })

  test('keeps values of current, previous and pending alone, and 20 older versions', async () => {
    const { desk, entries } = stored()
    const ids = []
    for (let count = 0; count < 30; count++) {
      desk.clock.advance(DAY_MS)
      ids.unshift((await desk.save(BYBIT)).current)
    }
    await desk.put(BYBIT, desk.draft(BYBIT))
    const state = await desk.describe(BYBIT)
    expect(state?.versions.slice(1).map(({ id }) => id)).toEqual(ids.slice(0, 22))
    const ages = state?.versions.map(({ metadata }) => metadata.createdAt ?? 0) ?? []
    expect(ages).toEqual(ages.toSorted((a, b) => b - a))
    const { versions } = (await entries('shadow'))['mm-bot/shadow/bybit/api_key'] as {
      readonly versions: readonly { readonly values: object }[]
    }
    const held = versions.map(({ values }) => Object.keys(values).length)
    expect(held).toEqual([2, 2, 2, ...Array.from({ length: 20 }, () => 0)])
    const [, , oldest] = ids
    if (oldest == null) throw new Error('There is an older version.')
    expect(await desk.read(BYBIT, { versionId: oldest })).toBeNull()
  })

  test('never forgets a version that an incident froze, so that its key stays recognised', async () => {
    const { desk } = stored()
    const leaked = desk.draft(BYBIT)
    await desk.save(BYBIT, leaked)
    await desk.backend.freeze(BYBIT, desk.call())
    for (let count = 0; count < 30; count++) await desk.save(BYBIT)
    const state = await desk.describe(BYBIT)
    expect(state?.versions).toHaveLength(23)
    expect(state?.versions.at(-1)).toMatchObject({
      id: leaked.versionId,
      frozen: true,
      metadata: { fingerprints: leaked.metadata.fingerprints },
    })
  })

  test('takes no values for a version that has none any more', async () => {
    const { desk } = stored()
    const oldest = desk.draft(BYBIT)
    await desk.save(BYBIT, oldest)
    await desk.save(BYBIT)
    await desk.save(BYBIT)
    await desk.refused(BYBIT, 'CONFLICT', () => desk.put(BYBIT, oldest))
  })

  test('keeps nothing of what was discarded or overtaken', async () => {
    const { desk, entries } = stored()
    const [half] = halves(desk, BYBIT, ['api_key'])
    await desk.backend.discard(BYBIT, await desk.put(BYBIT, half), desk.call())
    expect(await entries('shadow')).toEqual({})
    await desk.save(BYBIT)
    const overtaken = desk.draft(BYBIT)
    await desk.put(BYBIT, overtaken)
    await desk.save(BYBIT)
    const text = JSON.stringify(await entries('shadow'))
    expect(text).not.toContain(overtaken.versionId)
    expect(text).not.toContain(overtaken.values.api_key?.reveal())
  })

  test('loses a deleted credential at the first write after its recovery window', async () => {
    const { desk, clock, entries, traffic } = stored()
    await desk.backend.delete(BYBIT, await desk.save(BYBIT), 7, desk.call())
    clock.advance(7 * DAY_MS - 1)
    await desk.save(HEDGE)
    expect(Object.keys(await entries('shadow'))).toContain('mm-bot/shadow/bybit/api_key')
    clock.advance(1)
    traffic.length = 0
    expect(await desk.describe(BYBIT)).toBeNull()
    const listed = await desk.list({ namespace: DEFAULT_NAMESPACE, envs: ['shadow'] })
    expect(listed.map(({ ref }) => ref)).toEqual([HEDGE])
    await refusal(() => desk.backend.restore(BYBIT, desk.call()))
    expect(traffic).not.toContain('replace shadow')
    await desk.save(KUCOIN)
    expect(Object.keys(await entries('shadow'))).toEqual([
      'mm-bot/shadow/bybit@hedge/api_key',
      'mm-bot/shadow/kucoin/api_key',
    ])
  })
})

describe('values that cannot be one credential', () => {
  test.each([
    { what: 'no member', values: {} },
    {
      what: 'a member of another exchange',
      values: { api_passphrase: new Redacted('open sesame') },
    },
    {
      what: 'two equal members',
      values: {
        api_key: new Redacted('one and the same'),
        api_secret: new Redacted('one and the same'),
      },
    },
  ])('are refused: $what', async ({ values }) => {
    const { desk, traffic } = stored()
    const error = await refusal(() => desk.put(BYBIT, { ...desk.draft(BYBIT), values }))
    expect(error.code).toBe('INVALID_VALUE')
    expect(traffic).not.toContain('replace shadow')
  })

  test('are refused when the last half repeats the first', async () => {
    const { desk } = stored()
    const [first, last] = halves(desk, BYBIT, ['api_key'])
    await desk.put(BYBIT, first)
    const again = first.values.api_key ?? new Redacted('')
    await desk.refused(BYBIT, 'INVALID_VALUE', () =>
      desk.put(BYBIT, { ...last, values: { api_secret: again } }),
    )
  })
})

describe('a freeze', () => {
  test('takes the previous version with it where that holds the same key', async () => {
    const { desk } = stored()
    const leaked = desk.draft(BYBIT)
    await desk.save(BYBIT, leaked)
    await desk.save(BYBIT, { ...leaked, versionId: newVersionId() })
    await desk.backend.freeze(BYBIT, desk.call())
    expect((await refusal(() => desk.read(BYBIT, PREVIOUS))).code).toBe('REVOKED')
  })

  test('knows a key that is too short for a fingerprint', async () => {
    const { desk } = stored()
    const leaked = desk.draft(BYBIT)
    const key = { values: { api_key: new Redacted('short') }, versionId: leaked.versionId }
    await desk.save(BYBIT, together(leaked, { ...leaked, ...key }))
    const next = desk.draft(BYBIT)
    const pending = await desk.put(BYBIT, together(next, { ...next, ...key }))
    await desk.backend.freeze(BYBIT, desk.call())
    await desk.refused(BYBIT, 'REVOKED', () => desk.commit(BYBIT, pending))
  })

  test('takes a pending half that holds the same secret', async () => {
    const { desk } = stored()
    const leaked = desk.draft(BYBIT)
    await desk.save(BYBIT, leaked)
    const [half, rest] = halves(desk, BYBIT, ['api_secret'])
    const secret = leaked.values.api_secret ?? new Redacted('')
    await desk.put(BYBIT, { ...half, values: { api_secret: secret } })
    await desk.backend.freeze(BYBIT, desk.call())
    const pending = await desk.put(BYBIT, rest)
    await desk.refused(BYBIT, 'REVOKED', () => desk.commit(BYBIT, pending))
  })

  test('does not take a version that shares a passphrase only', async () => {
    const { desk } = stored()
    const leaked = desk.draft(KUCOIN)
    await desk.save(KUCOIN, leaked)
    const { api_passphrase = new Redacted('') } = leaked.values
    const fresh = desk.draft(KUCOIN)
    const next = together(fresh, { ...fresh, values: { api_passphrase } })
    const pending = await desk.put(KUCOIN, next)
    await desk.backend.freeze(KUCOIN, desk.call())
    await desk.commit(KUCOIN, pending)
    expect(await desk.read(KUCOIN)).toEqual(readBack(KUCOIN, next))
  })
})

describe('listing', () => {
  test('opens an environment only when its first page is asked for', async () => {
    const { desk, traffic } = stored()
    for (const env of ['dev', 'shadow', 'prod']) {
      const ref = credentialRef({ env, exchange: 'bybit' })
      await desk.save(ref)
    }
    traffic.length = 0
    const filter = { namespace: DEFAULT_NAMESPACE, envs: ['prod', 'dev', 'shadow'] } as const
    const listing = desk.backend.list(filter, desk.call())
    const pages = listing[Symbol.asyncIterator]()
    expect(traffic).toEqual([])
    await pages.next()
    expect(traffic).toEqual(['read prod'])
    await pages.next()
    expect(traffic).toEqual(['read prod', 'read dev'])
  })

  test('gives pages of 500, sorted by name, from one look at the environment', async () => {
    const { desk, entries, overwrite, traffic } = stored()
    await desk.save(BYBIT)
    const [entry] = Object.values(await entries('shadow'))
    const numbers = Array.from({ length: 1001 }, (_, index) => String(index).padStart(4, '0'))
    const names = numbers.map((number) => `mm-bot/shadow/bybit@a${number}/api_key`)
    await overwrite('shadow', Object.fromEntries(names.toReversed().map((name) => [name, entry])))
    traffic.length = 0
    const sizes = []
    const accounts = []
    const filter = { namespace: DEFAULT_NAMESPACE, envs: ['shadow'] } as const
    for await (const page of desk.backend.list(filter, desk.call())) {
      expect(Object.isFrozen(page)).toBe(true)
      sizes.push(page.length)
      accounts.push(...page.map(({ ref }) => ref.account))
    }
    expect(sizes).toEqual([500, 500, 1])
    expect(accounts).toEqual(numbers.map((number) => `a${number}`))
    expect(traffic).toEqual(['read shadow'])
  })
})
