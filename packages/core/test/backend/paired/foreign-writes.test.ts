import { describe, expect, test } from 'vitest'
import { KEY_TYPES } from '../../../src/credential/exchange.ts'
import type { CredentialRef } from '../../../src/credential/name.ts'
import { secretName } from '../../../src/credential/name.ts'
import type { VersionId } from '../../../src/credential/version.ts'
import { newVersionId, readBack, refusal } from '../../contract/desk.ts'
import { BYBIT, COPY, KUCOIN } from '../../contract/refs.ts'
import type { PairedDesk } from './paired-desk.ts'
import { pairedDesk } from './paired-desk.ts'

/** Another tool writes every member, each under an id of its own. */
function writtenByOthers({ store }: PairedDesk, ref: CredentialRef): Record<string, VersionId> {
  const ids: Record<string, VersionId> = {}
  for (const keyType of KEY_TYPES[ref.exchange]) {
    ids[keyType] = newVersionId()
    store.foreignWrite(secretName(ref, keyType), ids[keyType], `${keyType} of others`)
  }
  return ids
}

describe('what other tools wrote', () => {
  test.each([COPY, KUCOIN])('whole reads as unpaired ($exchange)', async (ref) => {
    const paired = pairedDesk()
    const ids = writtenByOthers(paired, ref)
    const found = await paired.desk.backend.read(ref, { stage: 'AWSCURRENT' }, paired.desk.call())
    expect(found).toMatchObject({ paired: false, versionId: ids['api_key'] })
    expect(found?.members.api_secret.reveal()).toBe('api_secret of others')
    expect(await paired.desk.describe(ref)).toMatchObject({
      condition: 'unpaired',
      current: ids['api_key'],
      asWritten: ids,
      versions: [{ ours: false }],
    })
  })

  test('its age is asked of the store, which alone knows it', async () => {
    const paired = pairedDesk()
    writtenByOthers(paired, BYBIT)
    const now = paired.desk.clock.now()
    paired.desk.clock.advance(86_400_000)
    const state = await paired.desk.describe(BYBIT)
    expect(state?.versions[0]?.metadata.createdAt).toBe(now)
    expect(paired.store.calls['dates']).toBe(1)
  })

  test('one member edited by hand: a mate changes nothing, the anchor is refused', async () => {
    const paired = pairedDesk()
    const { desk, store } = paired
    const draft = desk.draft(BYBIT)
    await desk.save(BYBIT, draft)
    const [mate, anchor] = [newVersionId(), newVersionId()]
    store.foreignWrite(secretName(BYBIT, 'api_secret'), mate, 'edited')
    expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, draft))
    expect(await desk.describe(BYBIT)).toMatchObject({
      condition: 'foreign',
      current: draft.versionId,
      asWritten: { api_key: draft.versionId, api_secret: mate },
    })

    await desk.save(COPY)
    store.foreignWrite(secretName(COPY, 'api_key'), anchor, 'edited')
    const error = await refusal(() => desk.read(COPY))
    expect(error.code).toBe('FOREIGN_WRITE')
    expect(error.message).toContain(anchor)
    expect(error.hint).toContain('rotate --env')
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain('edited')
  })

  test('a half of others is incomplete, and nobody is told to complete it by its id', async () => {
    const { desk, store } = pairedDesk()
    store.foreignWrite(secretName(BYBIT, 'api_key'), newVersionId(), 'alone')
    const error = await refusal(() => desk.read(BYBIT))
    expect(error.code).toBe('INCOMPLETE')
    expect(error.message).toContain('api_secret')
    expect(error.hint).not.toContain('--complete')
    expect(await desk.describe(BYBIT)).toMatchObject({
      condition: 'incomplete',
      missing: ['api_secret'],
      pending: [],
    })
  })

  test.each([COPY, KUCOIN])(
    'each member is read as it was shown, and nothing else ($exchange)',
    async (ref) => {
      const paired = pairedDesk()
      const members = writtenByOthers(paired, ref)
      writtenByOthers(paired, ref)
      const call = paired.desk.call()
      const found = await paired.desk.backend.read(ref, { members }, call)
      expect(found).toMatchObject({ paired: false, versionId: members['api_key'] })
      const others = { ...members, api_secret: newVersionId() }
      expect(await paired.desk.backend.read(ref, { members: others }, call)).toBeNull()
    },
  )

  test.each([BYBIT, KUCOIN])(
    'a rotation over it makes the credential whole, and mates follow ($exchange)',
    async (ref) => {
      const paired = pairedDesk()
      const { desk, store } = paired
      writtenByOthers(paired, ref)
      const draft = desk.draft(ref)
      const state = await desk.save(ref, draft)
      expect(state).toMatchObject({ condition: 'whole', current: draft.versionId, asWritten: null })
      for (const keyType of KEY_TYPES[ref.exchange]) {
        const got = await store.get(secretName(ref, keyType), { label: 'AWSCURRENT' }, desk.call())
        expect(got?.id).toBe(draft.versionId)
      }
    },
  )

  test('an edit during a rotation is left alone, and reported', async () => {
    const { desk, store } = pairedDesk()
    await desk.save(COPY)
    const pending = await desk.put(COPY, desk.draft(COPY))
    const edit = newVersionId()
    store.foreignWrite(secretName(COPY, 'api_secret'), edit, 'edited')
    const state = await desk.commit(COPY, pending)
    expect(state).toMatchObject({ condition: 'foreign', current: pending.versionId })
    expect((await desk.read(COPY))?.versionId).toBe(pending.versionId)
  })

  test('the previous version of others is nothing to go back to', async () => {
    const paired = pairedDesk()
    writtenByOthers(paired, BYBIT)
    await paired.desk.save(BYBIT)
    const error = await refusal(() => paired.desk.read(BYBIT, { stage: 'AWSPREVIOUS' }))
    expect(error.code).toBe('FOREIGN_WRITE')
  })
})

describe('members out of step', () => {
  test('are reported as live and not settled, read whole, and brought in step by a commit', async () => {
    const { desk, store } = pairedDesk()
    const old = await desk.save(COPY)
    const draft = desk.draft(COPY)
    const state = await desk.save(COPY, draft)
    const name = secretName(COPY, 'api_secret')
    await store.moveLabel(name, 'AWSCURRENT', state.current, old.current, desk.call())
    const behind = await desk.describe(COPY)
    expect(behind?.pending).toMatchObject([{ versionId: state.current, phase: 'live' }])
    expect(await desk.read(COPY)).toEqual(readBack(COPY, draft))
    const [pending] = behind?.pending ?? []
    if (pending !== undefined) await desk.commit(COPY, pending)
    expect((await desk.describe(COPY))?.pending).toEqual([])
    const got = await store.get(name, { label: 'AWSCURRENT' }, desk.call())
    expect(got?.id).toBe(state.current)
  })
})

describe('both layouts', () => {
  test('under different versions: reads keep the pair, writes say which to delete', async () => {
    const { desk, store } = pairedDesk()
    const draft = desk.draft(BYBIT)
    await desk.save(BYBIT, draft)
    const fields = { api_key: 'k', api_secret: 's', exchange: 'bybit', env: BYBIT.env }
    store.foreignWrite(secretName(BYBIT, 'json'), newVersionId(), JSON.stringify(fields))
    expect(await desk.describe(BYBIT)).toMatchObject({ condition: 'ambiguous', layout: 'pair' })
    expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, draft))
    const error = await refusal(() => desk.save(BYBIT))
    expect(error.code).toBe('AMBIGUOUS_LAYOUT')
    expect(error.hint).toContain(secretName(BYBIT, 'json'))
  })

  test.each([
    ['not JSON at all', 'is not a JSON object'],
    ['["a"]', 'is not a JSON object'],
    [JSON.stringify({ api_key: 'k', api_secret: 's', env: 'prod' }), 'names another env'],
    [JSON.stringify({ api_key: 'k', api_secret: 's', exchange: 'kucoin' }), 'another exchange'],
    [JSON.stringify({ api_key: 5, api_secret: 's' }), 'api_key that is not a string'],
  ])('a JSON value that is none of the credential is corrupt: %s', async (text, problem) => {
    const { desk, store } = pairedDesk()
    store.foreignWrite(secretName(BYBIT, 'json'), newVersionId(), text)
    const error = await refusal(() => desk.read(BYBIT))
    expect(error.code).toBe('CORRUPT')
    expect(error.message).toContain(problem)
    expect(error.message).not.toContain(text)
    expect(error.cause).toBeUndefined()
  })

  test('a JSON value without a member is incomplete', async () => {
    const { desk, store } = pairedDesk()
    store.foreignWrite(secretName(BYBIT, 'json'), newVersionId(), '{"api_key":"k"}')
    expect((await refusal(() => desk.read(BYBIT))).code).toBe('INCOMPLETE')
  })

  test('halves have no place in JSON layout', async () => {
    const { desk } = pairedDesk()
    await desk.save(BYBIT, { ...desk.draft(BYBIT), layout: 'json' })
    const error = await desk.refused(BYBIT, 'USAGE', () =>
      desk.put(BYBIT, desk.draft(BYBIT, ['api_key'])),
    )
    expect(error.hint).toContain('migrate --layout pair')
  })

  test('a key that moved to the other layout and back is never given as it was before', async () => {
    const { desk } = pairedDesk()
    const first = desk.draft(BYBIT)
    const pair = await desk.save(BYBIT, first)
    await desk.backend.migrate(BYBIT, pair, 'json', desk.call())
    const next = desk.draft(BYBIT)
    const json = await desk.save(BYBIT, next)
    expect(json).toMatchObject({ layout: 'json', current: next.versionId })
    expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, next))
    const back = await desk.backend.migrate(BYBIT, json, 'pair', desk.call())
    expect(back).toMatchObject({ layout: 'pair', condition: 'whole', current: next.versionId })
    expect(await desk.read(BYBIT)).toEqual(readBack(BYBIT, next))
    expect(await (await desk.reopened()).describe(BYBIT, desk.call())).toEqual(back)
  })

  test('nothing is migrated while a version is pending', async () => {
    const { desk } = pairedDesk()
    const base = await desk.save(BYBIT)
    await desk.put(BYBIT, desk.draft(BYBIT))
    await desk.refused(BYBIT, 'CONFLICT', () =>
      desk.backend.migrate(BYBIT, base, 'json', desk.call()),
    )
  })
})
