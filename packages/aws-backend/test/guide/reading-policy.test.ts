import type { CredentialState } from '@mm-secrets/core'
import { ENVIRONMENTS, errorCode } from '@mm-secrets/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../stores.ts'
import type { GuideServer, Missing } from './guide-server.ts'
import { newMembers, ref, save, startGuideServer } from './guide-server.ts'

const bybit = ref('prod', 'bybit')
const kucoin = ref('prod', 'kucoin')
const binance = ref('prod', 'binance')
const values = {
  bybit: newMembers(bybit),
  kucoin: newMembers(kucoin),
  binance: newMembers(binance),
}

describe.each<[Missing, string]>([
  ['by-name', 'as missing'],
  ['denied', 'as denied'],
])("under the guide's policy, where a secret that is not there reads (%s) %s", (missing) => {
  let guide: GuideServer
  beforeAll(async () => {
    guide = await startGuideServer(missing)
    await save(guide.owner, bybit, values.bybit)
    await save(guide.owner, kucoin, values.kucoin)
    await save(guide.owner, binance, values.binance, 'json')
  })
  afterAll(() => guide.server.close())
  beforeEach(() => {
    guide.server.requests.clear()
    guide.warnings.length = 0
  })

  const refusals = (): readonly (string | null)[] =>
    guide.server.requests.all().flatMap(({ error }) => (error === null ? [] : [error]))

  it('a pair is read whole, in one request a member, and none is denied', async () => {
    const read = await guide.bot.read(bybit, { stage: 'AWSCURRENT' }, call())
    expect(read?.members.api_key.reveal()).toBe(values.bybit.api_key?.reveal())
    expect(read?.members.api_secret.reveal()).toBe(values.bybit.api_secret?.reveal())
    expect(guide.server.requests.counts()).toEqual({ GetSecretValue: 2 })
    expect(refusals()).toEqual([])
  })

  it('a credential of three members is read in three requests', async () => {
    const read = await guide.bot.read(kucoin, { stage: 'AWSCURRENT' }, call())
    expect(read?.members.api_passphrase?.reveal()).toBe(values.kucoin.api_passphrase?.reveal())
    expect(guide.server.requests.counts()).toEqual({ GetSecretValue: 3 })
    expect(refusals()).toEqual([])
  })

  it('a credential in JSON layout is read, though its pair is not there', async () => {
    const read = await guide.bot.read(binance, { stage: 'AWSCURRENT' }, call())
    expect(read?.members.api_secret.reveal()).toBe(values.binance.api_secret?.reveal())
    guide.server.requests.clear()
    await guide.bot.read(binance, { stage: 'AWSCURRENT' }, call())
    expect(guide.server.requests.counts()).toEqual({ GetSecretValue: 1 })
  })

  it('a list is made by describing the conventional names, which is said once', async () => {
    const found: CredentialState[] = []
    const filter = { namespace: bybit.namespace, envs: ENVIRONMENTS }
    for await (const page of guide.bot.list(filter, call())) found.push(...page)
    expect(found.map(({ ref: of, condition }) => [of.env, of.exchange, condition]).sort()).toEqual([
      ['prod', 'binance', 'whole'],
      ['prod', 'bybit', 'whole'],
      ['prod', 'kucoin', 'whole'],
    ])
    expect(guide.warnings).toHaveLength(1)
    expect(guide.warnings[0]).toContain('ListSecrets')
    expect(guide.server.requests.count('ListSecrets')).toBe(1)
    expect(guide.server.requests.count('GetSecretValue')).toBe(0)
  })

  it('a credential is described', async () => {
    const state = await guide.bot.describe(bybit, call())
    expect(state).toMatchObject({ condition: 'whole', layout: 'pair', missing: [] })
    expect(state?.arns.api_key).toMatch(/:secret:mm-bot\/prod\/bybit\/api_key-\w{6}$/)
  })

  it('a credential that is not there is no credential, or one that may be missing or forbidden', async () => {
    const read = guide.bot.read(ref('soak', 'bybit'), { stage: 'AWSCURRENT' }, call())
    if (missing === 'by-name') {
      expect(await read).toBeNull()
      return
    }
    await expect(read).rejects.toMatchObject({ code: 'DENIED' })
    await expect(read).rejects.toThrow(/mm-bot\/soak\/bybit\/api_key/)
  })

  it('nothing is written', async () => {
    const base = await guide.owner.describe(bybit, call())
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => save(guide.bot, bybit, newMembers(bybit)),
      () => save(guide.bot, ref('shadow', 'bybit'), newMembers(bybit)),
      () => guide.bot.delete(bybit, base ?? never(), 30, call()),
      () => guide.bot.freeze(bybit, call()),
    ]
    for (const attempt of attempts) {
      const code = await attempt().then(
        () => 'done',
        (error: unknown) => errorCode(error),
      )
      expect(code).toBe('DENIED')
    }
    expect(await guide.owner.describe(bybit, call())).toEqual(base)
    expect(await guide.owner.describe(ref('shadow', 'bybit'), call())).toBeNull()
  })
})

function never(): never {
  throw new Error('The credential of the test is gone.')
}
