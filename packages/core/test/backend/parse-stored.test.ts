import { expect, test } from 'vitest'
import { DEFAULT_NAMESPACE, secretName } from '../../src/credential/name.ts'
import { newVersionId, refusal } from '../contract/desk.ts'
import { BYBIT } from '../contract/refs.ts'
import { stored } from './stored.ts'

type Fields = Record<string, unknown>

const NAME = secretName(BYBIT, 'api_key')
const CANARY = ['canary', 'value', 'of', 'nobody'].join('-')

/** Each spoils one field of an entry that has a current, a previous and a pending version. */
const SPOILED: readonly (readonly [string, (entry: Fields, versions: Fields[]) => unknown])[] = [
  ['layout', (entry) => (entry['layout'] = CANARY)],
  ['current', (entry) => (entry['current'] = 7)],
  ['current', (entry) => (entry['current'] = CANARY)],
  ['current', (entry) => (entry['current'] = newVersionId())],
  ['current', (_, versions) => delete (versions[1]?.['values'] as Fields)['api_secret']],
  ['previous', (entry) => delete entry['previous']],
  ['previous', (entry) => (entry['previous'] = newVersionId())],
  ['previous', (_, versions) => (versions[2] ? (versions[2]['values'] = {}) : null)],
  ['pending', (entry) => (entry['pending'] = CANARY)],
  ['pending', (entry) => (entry['pending'] = [newVersionId()])],
  ['pending', (entry) => (entry['pending'] = [entry['current']])],
  ['deletedUntil', (entry) => (entry['deletedUntil'] = CANARY)],
  ['deletedUntil', (entry) => (entry['deletedUntil'] = 1e300)],
  ['versions', (entry) => (entry['versions'] = { [CANARY]: CANARY })],
  ['versions', (_, versions) => versions.push({ ...versions[0] })],
  ['versions[1]', (entry, versions) => (entry['versions'] = [versions[0], CANARY])],
  ['versions[0].id', (_, versions) => (versions[0] ? (versions[0]['id'] = null) : null)],
  ['versions[0].writtenAt', (_, versions) => delete versions[0]?.['writtenAt']],
  ['versions[0].frozen', (_, versions) => delete versions[0]?.['frozen']],
  ['versions[0].metadata', (_, versions) => delete versions[0]?.['metadata']],
  ['versions[0].metadata.site', (_, versions) => (metadata(versions)['site'] = 7)],
  ['versions[0].metadata.createdAt', (_, versions) => (metadata(versions)['createdAt'] = CANARY)],
  ['versions[0].metadata.expiresAt', (_, versions) => (metadata(versions)['expiresAt'] = true)],
  ['versions[0].metadata.exposedAt', (_, versions) => (metadata(versions)['exposedAt'] = [])],
  ['versions[0].metadata.revokedAt', (_, versions) => delete metadata(versions)['revokedAt']],
  ['versions[0].metadata.copyOf', (_, versions) => (metadata(versions)['copyOf'] = CANARY)],
  [
    'fingerprints.api_key',
    (_, versions) => (metadata(versions)['fingerprints'] = { api_key: CANARY }),
  ],
  ['versions[0].values', (_, versions) => (versions[0] ? (versions[0]['values'] = null) : null)],
  ['values.api_key', (_, versions) => ((versions[0]?.['values'] as Fields)['api_key'] = 7)],
  ['values', (_, versions) => ((versions[0]?.['values'] as Fields)[CANARY] = CANARY)],
]

function metadata(versions: readonly Fields[]): Fields {
  return versions[0]?.['metadata'] as Fields
}

test.each(SPOILED)('a stored credential whose %s is malformed is corrupt', async (field, spoil) => {
  const { desk, entries, overwrite } = stored()
  await desk.save(BYBIT)
  await desk.save(BYBIT)
  await desk.put(BYBIT, desk.draft(BYBIT))
  const entry = (await entries('shadow'))[NAME] as Fields
  spoil(entry, entry['versions'] as Fields[])
  await overwrite('shadow', { [NAME]: entry })
  const before = await entries('shadow')

  const attempts = [
    () => desk.read(BYBIT),
    () => desk.describe(BYBIT),
    () => desk.backend.freeze(BYBIT, desk.call()),
    () => desk.list(everything),
  ]
  for (const attempt of attempts) {
    const error = await refusal(attempt)
    expect(error.code).toBe('CORRUPT')
    expect(error.message).toContain('shadow/bybit')
    expect(error.message).toContain(field)
    expect(`${error.message} ${error.hint ?? ''} ${String(error.cause)}`).not.toContain(CANARY)
  }
  expect(await entries('shadow')).toEqual(before)
})

const everything = { namespace: DEFAULT_NAMESPACE, envs: ['shadow'] } as const

test.each([null, 7, CANARY, []])('an entry that is no object is corrupt (%j)', async (entry) => {
  const { desk, overwrite } = stored()
  await overwrite('shadow', { [NAME]: entry })
  expect((await refusal(() => desk.read(BYBIT))).code).toBe('CORRUPT')
})

test.each([
  'mm-bot/shadow/bybit/api_secret',
  'mm-bot/shadow/bybit',
  'mm-bot/dev/bybit/api_key',
  'mm-bot/shadow/okx/api_key',
  'no name at all\u202e',
])('a listing does not pass over an entry under %j', async (name) => {
  const { desk, overwrite } = stored()
  await overwrite('shadow', { [name]: {} })
  const error = await refusal(() => desk.list(everything))
  expect(error.code).toBe('CORRUPT')
  expect(error.message).not.toContain('\u202e')
})
