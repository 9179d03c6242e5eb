import type { CredentialRef, Secrets } from '@mm-secrets/core'
import { credentialRef, Redacted, SecretsError } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { applyPlan } from '../../../src/importing/apply.ts'
import type { PlanItem } from '../../../src/importing/plan.ts'
import { someKey, someSecret } from '../fake-cli.ts'

function planned(exchange: string): PlanItem {
  const members = { api_key: new Redacted(someKey()), api_secret: new Redacted(someSecret()) }
  const ref = credentialRef({ env: 'dev', exchange })
  return {
    candidate: { ref, members, site: null, places: [], refused: null },
    ...{ action: 'save', why: null, state: null },
  }
}

/** A store that saves what it is given, but for what `fails` says. */
function store(fails: (ref: CredentialRef) => Error | null): {
  readonly secrets: Pick<Secrets, 'save' | 'annotate'>
  readonly saved: string[]
} {
  const saved: string[] = []
  const save = ((ref: CredentialRef) => {
    const error = fails(ref)
    if (error !== null) return Promise.reject(error)
    saved.push(ref.exchange)
    return Promise.resolve({ state: { current: `version of ${ref.exchange}` }, pending: null })
  }) as unknown as Secrets['save']
  return { secrets: { save, annotate: () => Promise.resolve() }, saved }
}

const items = ['bybit', 'kucoin', 'binance'].map(planned)
const options = { allowReuse: false, exposedAt: null, signal: new AbortController().signal }

test('one that fails is told, and keeps none of the others from being stored', async () => {
  const { saved, secrets } = store(({ exchange }) =>
    exchange === 'kucoin' ? new SecretsError('UNAVAILABLE', 'The disk is full.') : null,
  )
  expect(await applyPlan({ ...options, secrets }, items)).toMatchObject([
    { outcome: 'saved', versionId: 'version of bybit', error: null },
    { outcome: 'failed', error: { code: 'UNAVAILABLE', message: 'The disk is full.' } },
    { outcome: 'saved', versionId: 'version of binance' },
  ])
  expect(saved).toEqual(['bybit', 'binance'])
})

test('a bug does not keep from telling what was saved, and its message is not repeated', async () => {
  const { secrets } = store(({ exchange }) => (exchange === 'kucoin' ? new Error('k3y') : null))
  const applied = await applyPlan({ ...options, secrets }, items)
  expect(applied.map(({ outcome }) => outcome)).toEqual(['saved', 'failed', 'saved'])
  expect(applied[1]?.error?.code).toBe('BUG')
  expect(JSON.stringify(applied[1]?.error)).not.toContain('k3y')
})

test('after an interruption nothing more is begun', async () => {
  const interruption = new AbortController()
  const { saved, secrets } = store(({ exchange }) => {
    if (exchange === 'kucoin') interruption.abort()
    return null
  })
  const applied = await applyPlan({ ...options, secrets, signal: interruption.signal }, items)
  expect(applied.map(({ outcome }) => outcome)).toEqual(['saved', 'saved', 'untouched'])
  expect(saved).toEqual(['bybit', 'kucoin'])
})
