import { expect, test } from 'vitest'
import { clearCache } from '../src/clear-cache.ts'
import { openProvider } from '../src/secret-provider.ts'
import { keeperOf, newHome } from './desk.ts'

test('clearCache empties the caches of all providers of the process', async () => {
  const home = await newHome()
  const keeper = await keeperOf(home)
  await keeper.save({ exchange: 'bybit' })
  const providers = [
    openProvider({ MM_SECRETS_HOME: home }),
    openProvider({ MM_SECRETS_HOME: home }),
  ]
  const read = () =>
    Promise.all(providers.map(async (each) => (await each.getCredential('dev', 'bybit')).versionId))
  const before = await read()
  await keeper.save({ exchange: 'bybit' })
  expect(await read()).toEqual(before)
  clearCache()
  const after = await read()
  expect(after[0]).not.toBe(before[0])
  expect(after[1]).toBe(after[0])
})
