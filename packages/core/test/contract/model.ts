import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Draft, Pending } from '../../src/backend/port.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { credentialRef } from '../../src/credential/name.ts'
import type { Instant, VersionId } from '../../src/credential/version.ts'
import type { ErrorCode } from '../../src/errors/secrets-error.ts'
import { errorCode } from '../../src/errors/secrets-error.ts'
import type { Desk, MakeBackend } from './desk.ts'
import { halves, readBack, together, useDesk } from './desk.ts'

const DAY_MS = 86_400_000
const RECOVERY_DAYS = 7
const WAIT_DAYS = 4
const MAX_PENDING = 5

const VERBS = [
  'put',
  'put half',
  'join',
  'commit',
  'discard',
  'freeze',
  'delete',
  'restore',
  'wait',
] as const
type Verb = (typeof VERBS)[number]

/** A verb, and which of the versions so far it is about, counted back from the newest. */
interface Step {
  readonly verb: Verb
  readonly back: number
}

/** A version that was put: what it holds so far, what would complete it, and what putting it answered. */
interface Put {
  readonly draft: Draft
  readonly rest: Draft | null
  readonly pending: Pending
}

/** All that a credential is, in the fewest words. */
interface Model {
  current: VersionId | null
  previous: VersionId | null
  pending: VersionId[]
  frozen: VersionId[]
  deletedUntil: Instant | null
  puts: Put[]
}

const DONE = 'done'
type Outcome = ErrorCode | typeof DONE

const steps = fc.array(
  fc.record({
    verb: fc.constantFrom(...VERBS, 'put', 'commit', 'commit'),
    back: fc.nat({ max: 3 }),
  }),
  { minLength: 5, maxLength: 25 },
)

export function describeModel(make: MakeBackend): void {
  describe('any sequence of verbs', () => {
    const desk = useDesk(make)

    test.each(['bybit', 'kucoin'])(
      'leaves what a simple model of a credential says (%s)',
      async (exchange) => {
        let runs = 0
        await fc.assert(
          fc.asyncProperty(steps, async (sequence) => {
            const account = `run${runs++}`
            const ref = credentialRef({ env: 'soak', exchange, account })
            const model: Model = {
              current: null,
              previous: null,
              pending: [],
              frozen: [],
              deletedUntil: null,
              puts: [],
            }
            for (const step of sequence) {
              const expected = await take(desk, ref, model, step)
              if (expected !== null) await compare(desk, ref, model)
            }
          }),
          { numRuns: 25 },
        )
      },
      180_000,
    )
  })
}

/** Takes a step on both, and compares how it ended. @returns null where it would be about nothing */
async function take(
  desk: Desk,
  ref: CredentialRef,
  model: Model,
  step: Step,
): Promise<true | null> {
  const put = model.puts.at(-1 - step.back) ?? null
  switch (step.verb) {
    case 'put':
      return putNew(desk, ref, model, desk.draft(ref), null)
    case 'put half': {
      const [first, rest] = halves(desk, ref, ['api_key'])
      return putNew(desk, ref, model, first, rest)
    }
    case 'join':
      return put === null ? null : join(desk, ref, model, put)
    case 'commit': {
      if (put === null) return null
      const expected = commitOutcome(model, put)
      expect(expected).toContain(await outcome(desk.commit(ref, put.pending)))
      if (expected.includes(DONE)) becomeCurrent(model, put)
      return true
    }
    case 'discard': {
      if (put === null) return null
      const id = put.draft.versionId
      const refused = model.deletedUntil !== null || id === model.current
      const answer = await outcome(desk.backend.discard(ref, put.pending, desk.call()))
      expect(answer).toBe(refused ? 'CONFLICT' : DONE)
      if (!refused) model.pending = model.pending.filter((other) => other !== id)
      return true
    }
    case 'freeze': {
      const answer = await outcome(desk.backend.freeze(ref, desk.call()))
      if (model.deletedUntil !== null) expect(answer).toBe('CONFLICT')
      else expect(answer).toBe(model.current === null ? 'NOT_FOUND' : DONE)
      if (answer === DONE && model.current !== null) model.frozen.push(model.current)
      return true
    }
    case 'delete': {
      const base = await desk.describe(ref)
      if (base === null || isAbsent(model)) return null
      const until = desk.clock.now() + RECOVERY_DAYS * DAY_MS
      const answer = await outcome(desk.backend.delete(ref, base, RECOVERY_DAYS, desk.call()))
      expect(answer).toBe(model.deletedUntil === null ? DONE : 'CONFLICT')
      model.deletedUntil ??= until
      return true
    }
    case 'restore':
      if (isAbsent(model)) return null
      expect(await outcome(desk.backend.restore(ref, desk.call()))).toBe(DONE)
      model.deletedUntil = null
      return true
    case 'wait':
      desk.clock.advance(WAIT_DAYS * DAY_MS)
      if (model.deletedUntil !== null && model.deletedUntil <= desk.clock.now()) forget(model)
      return true
  }
}

async function putNew(
  desk: Desk,
  ref: CredentialRef,
  model: Model,
  draft: Draft,
  rest: Draft | null,
): Promise<true> {
  const crowded = rest === null ? MAX_PENDING : 1
  const refused = model.deletedUntil !== null || model.pending.length >= crowded
  const base = model.current
  const answer = await desk.put(ref, draft).catch((error: unknown) => errorCode(error))
  if (refused) {
    expect(answer).toBe('CONFLICT')
    return true
  }
  expect(answer).toMatchObject({ versionId: draft.versionId, base })
  const put = { draft, rest, pending: answer as Pending }
  model.puts.push(put)
  model.pending.unshift(draft.versionId)
  if (base === null && rest === null) becomeCurrent(model, put)
  return true
}

async function join(desk: Desk, ref: CredentialRef, model: Model, put: Put): Promise<true | null> {
  const { draft, rest } = put
  if (rest === null || !model.pending.includes(draft.versionId)) return null
  const answer = await desk.put(ref, rest).catch((error: unknown) => errorCode(error))
  if (model.deletedUntil !== null) {
    expect(answer).toBe('CONFLICT')
    return true
  }
  expect(answer).toMatchObject({ versionId: draft.versionId, base: model.current, missing: [] })
  const whole = { draft: together(draft, rest), rest: null, pending: answer as Pending }
  model.puts[model.puts.indexOf(put)] = whole
  if (model.current === null) becomeCurrent(model, whole)
  return true
}

function commitOutcome(model: Model, put: Put): readonly Outcome[] {
  const id = put.draft.versionId
  if (model.deletedUntil !== null) return ['CONFLICT']
  if (id === model.current) return [DONE]
  if (id === model.previous) return ['SUPERSEDED']
  // It was live long ago, or it was discarded or overtaken.
  if (!model.pending.includes(id)) return ['SUPERSEDED', 'CONFLICT']
  return [put.rest === null ? DONE : 'INCOMPLETE']
}

function becomeCurrent(model: Model, put: Put): void {
  const id = put.draft.versionId
  if (id === model.current) return
  model.previous = model.current
  model.current = id
  model.pending = []
}

function forget(model: Model): void {
  model.current = null
  model.previous = null
  model.pending = []
  model.frozen = []
  model.deletedUntil = null
  model.puts = []
}

function isAbsent(model: Model): boolean {
  return model.current === null && model.pending.length === 0
}

async function compare(desk: Desk, ref: CredentialRef, model: Model): Promise<void> {
  const state = await desk.describe(ref)
  expect({
    current: state?.current ?? null,
    previous: state?.previous ?? null,
    pending: (state?.pending ?? []).map(({ versionId }) => versionId),
    deleted: state !== null && state.deletedUntil !== null,
  }).toEqual({
    current: model.current,
    previous: model.previous,
    pending: model.pending,
    deleted: model.deletedUntil !== null,
  })
  const current = model.puts.find(({ draft }) => draft.versionId === model.current)
  const read = await desk.read(ref).catch((error: unknown) => errorCode(error))
  if (model.deletedUntil !== null || isAbsent(model)) expect(read).toBeNull()
  else if (current === undefined) expect(read).toBe('INCOMPLETE')
  else if (model.frozen.includes(current.draft.versionId)) expect(read).toBe('REVOKED')
  else expect(read).toEqual(readBack(ref, current.draft))
}

async function outcome(attempt: Promise<unknown>): Promise<Outcome | null> {
  return attempt.then(
    () => DONE,
    (error: unknown) => errorCode(error),
  )
}
