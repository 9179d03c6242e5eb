import { describe, expect, test } from 'vitest'
import type { Label } from '../../src/backend/paired/secret-store.ts'
import type { SecretName } from '../../src/credential/name.ts'
import { applyCall } from './secret-semantics.ts'
import type { Applied } from './secret-semantics.ts'
import type { SecretState } from './secret-state.ts'
import { ABSENT, labelsOf, newInterner, versionWith } from './secret-state.ts'
import type { Reply, StoreCall } from './store-call.ts'
import { versionId } from './version-names.ts'
import { emptyWorld, perform, secretAt, staleViews, vanishable, vanished } from './world.ts'

const NAME = 'mm-bot/prod/bybit/api_key' as SecretName
const [A, B, C] = [versionId('A'), versionId('B'), versionId('C')]
const interner = newInterner()
const absent = interner.intern(ABSENT)

type SecretCall = Exclude<StoreCall, { op: 'list' | 'sleep' }>

function apply(secret: SecretState, call: SecretCall): Applied {
  return applyCall(secret, NAME, call, interner)
}

/** The secret after these calls, one after the other. */
function after(...calls: readonly SecretCall[]): SecretState {
  return calls.reduce((secret, call) => apply(secret, call).next, absent)
}

const create: SecretCall = { op: 'create', name: NAME, tags: {} }
const put = (id: typeof A, labels: readonly Label[], value = `value of ${id}`): SecretCall => ({
  op: 'put',
  name: NAME,
  id,
  value,
  labels,
})
const move = (label: Label, from: typeof A | null, to: typeof A | null): SecretCall => ({
  op: 'moveLabel',
  name: NAME,
  label,
  from,
  to,
})
const moved = (outcome: string): unknown => ({ kind: 'moved', outcome })
const own = (id: typeof A): Label => `mm-${id}`

describe('a simulated secret', () => {
  test('gives its first version AWSCURRENT beside the labels that were asked for', () => {
    const secret = after(create, put(A, [own(A)]), put(B, [own(B)]))
    expect(labelsOf(secret, A)).toEqual(['AWSCURRENT', own(A)])
    expect(labelsOf(secret, B)).toEqual([own(B)])
  })

  test('has AWSPREVIOUS follow AWSCURRENT', () => {
    const secret = after(
      create,
      put(A, [own(A)]),
      put(B, [own(B)]),
      put(C, [own(C)]),
      move('AWSCURRENT', A, B),
      move('AWSCURRENT', B, C),
    )
    expect(versionWith(secret, 'AWSCURRENT')?.id).toBe(C)
    expect(versionWith(secret, 'AWSPREVIOUS')?.id).toBe(B)
  })

  test('refuses to move a label from where it is not', () => {
    const secret = after(create, put(A, [own(A)]), put(B, [own(B)]))
    expect(apply(secret, move('AWSCURRENT', B, A))).toEqual({
      next: secret,
      reply: moved('refused'),
    })
    expect(apply(secret, move(own(A), null, B)).reply).toEqual(moved('refused'))
    expect(apply(secret, move('mmr-x', A, null)).reply).toEqual(moved('refused'))
    expect(apply(secret, move('AWSCURRENT', A, C)).reply).toEqual(moved('refused'))
    expect(apply(secret, move('mmr-x', null, A)).reply).toEqual(moved('moved'))
  })

  test('takes the same version again without a change, another value under its id not', () => {
    const secret = after(create, put(A, [own(A)]), put(B, [own(B)]), move(own(B), B, null))
    expect(apply(secret, put(B, [own(B)])).next).toBe(secret)
    expect(apply(secret, put(B, [own(B)], 'another')).reply).toMatchObject({ code: 'CONFLICT' })
  })

  test('has room for twenty labels', () => {
    const labels = Array.from({ length: 19 }, (_, index): Label => `mm-${index}`)
    const secret = after(create, put(A, labels))
    expect(secret.labels.size).toBe(20)
    expect(apply(secret, move('mmr-x', null, A)).reply).toMatchObject({ kind: 'error' })
  })

  test('is read as absent while it is deleted, and takes nothing', () => {
    const whole = after(create, put(A, [own(A)]))
    const secret = apply(whole, { op: 'delete', name: NAME, recoveryDays: 7 }).next
    const current: SecretCall = { op: 'get', name: NAME, which: { label: 'AWSCURRENT' } }
    expect(apply(secret, current).reply).toEqual({ kind: 'nothing' })
    expect(apply(secret, put(B, [own(B)])).reply).toMatchObject({ code: 'CONFLICT' })
    expect(apply(secret, create).reply).toMatchObject({ code: 'CONFLICT' })
    const restored = apply(secret, { op: 'restore', name: NAME }).next
    expect(restored).toBe(whole)
  })
})

describe('a simulated store', () => {
  const get = (id: typeof A): StoreCall => ({ op: 'get', name: NAME, which: { versionId: id } })
  const written = [create, put(A, [own(A)]), put(B, [own(B)])].reduce(
    (world, call) => perform(world, call).world,
    emptyWorld([NAME], 'any time', interner),
  )
  const kind = (reply: Reply): string => reply.kind

  test('answers reads from views that are some changes old', () => {
    expect(staleViews(written, get(B))).toEqual([1, 2, 3])
    expect(kind(perform(written, get(B)).reply)).toBe('value')
    expect(kind(perform(written, get(B), 1).reply)).toBe('nothing')
    expect(staleViews(written, put(C, [own(C)]))).toEqual([])
  })

  test('forgets versions that carry no label, and those alone', () => {
    expect(vanishable(written)).toEqual([])
    const { world } = perform(written, move(own(B), B, null))
    expect(vanishable(world)).toEqual([[NAME, B]])
    expect(kind(perform(vanished(world, NAME, B), get(B)).reply)).toBe('nothing')
    const atOnce = perform({ ...written, vanishing: 'at once' }, move(own(B), B, null)).world
    expect(secretAt(atOnce, NAME)).toBe(secretAt(vanished(world, NAME, B), NAME))
  })
})
