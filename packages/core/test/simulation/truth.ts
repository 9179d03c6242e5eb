import type { Label } from '../../src/backend/paired/secret-store.ts'
import { frozenLabel, movedLabel, parseMark } from '../../src/backend/paired/labels.ts'
import type { KeyType } from '../../src/credential/exchange.ts'
import { KEY_TYPES } from '../../src/credential/exchange.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { secretName } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import type { Outcome } from './outcome.ts'
import type { SecretState } from './secret-state.ts'
import { labelsOf, versionOf, versionWith } from './secret-state.ts'
import { isForeign, withNames } from './version-names.ts'
import type { World } from './world.ts'
import { secretAt } from './world.ts'

/** More labels than this on one secret leave no room for the rest of a write, or for a freeze. */
const MOST_LABELS = 17

/**
 * What was promised so far, and what was true: all that the invariants need beyond the store itself. Immutable.
 */
export interface Truth {
  /** What was current, in order; the last is current. */
  readonly wasCurrent: readonly VersionId[]
  /** Versions that had every member while they were current. */
  readonly whole: readonly VersionId[]
  /** Versions that were current while they lacked a member: halves of what was never there before. */
  readonly partial: readonly VersionId[]
  /** Versions of which a person was told that they are live. */
  readonly acknowledged: readonly VersionId[]
  /** Versions of which a person was told that they do not go live. */
  readonly conflicted: readonly VersionId[]
  readonly discarded: readonly VersionId[]
  /** Versions that somebody began to discard. */
  readonly discarding: readonly VersionId[]
  /** Values of the anchor that an acknowledged freeze covers. */
  readonly frozen: readonly string[]
  /** Halves that were acknowledged. */
  readonly held: readonly Held[]
  readonly mostLabels: number
  /** A migration meets a writer: readers may be shown the version before for a moment. */
  readonly mayFlicker: boolean
  /** Equal for equal truths: those are the same object. */
  readonly serial: number
}

interface Held {
  readonly id: VersionId
  readonly base: VersionId | null
  readonly members: readonly (KeyType | 'json')[]
}

/** An invariant is broken. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

const NOTHING_PROMISED: Omit<Truth, 'serial'> = {
  wasCurrent: [],
  whole: [],
  partial: [],
  acknowledged: [],
  conflicted: [],
  discarded: [],
  discarding: [],
  frozen: [],
  held: [],
  mayFlicker: false,
  mostLabels: MOST_LABELS,
}

/**
 * @param racing how many processes begin by themselves. Two can count pending versions at the same moment and both find room;
 *   the seventeen have room for that, and for each further one two labels more may be there.
 * @param mayFlicker see `Truth`
 */
export function initialTruth(
  world: World,
  ref: CredentialRef,
  racing: number,
  mayFlicker: boolean,
): Truth {
  const mostLabels = MOST_LABELS + 2 * Math.max(0, racing - 2)
  return observe(made({ ...NOTHING_PROMISED, mayFlicker, mostLabels }), world, ref)
}

/** What a credential has as current, whichever layout it is in; null: nothing that is live. */
export function currentOf(world: World, ref: CredentialRef): VersionId | null {
  const holder = holderOf(world, ref)
  return holder === null ? null : (versionWith(holder.secret, 'AWSCURRENT')?.id ?? null)
}

export interface Holder {
  readonly secret: SecretState
  readonly layout: 'pair' | 'json'
}

/** The secret whose AWSCURRENT is the truth: the pair's, unless only the JSON secret has what a reader can be given. */
export function holderOf(world: World, ref: CredentialRef): Holder | null {
  const anchor = secretAt(world, secretName(ref, 'api_key'))
  const json = secretAt(world, secretName(ref, 'json'))
  const current = liveIn(anchor)
  const isPassedOver = current !== null && anchor.labels.has(movedLabel(current))
  const inPair: Holder | null =
    current === null || isPassedOver ? null : { secret: anchor, layout: 'pair' }
  if (liveIn(json) === null) return inPair
  const mates = KEY_TYPES[ref.exchange]
    .slice(1)
    .map((keyType) => secretAt(world, secretName(ref, keyType)))
  const isWhole =
    current !== null &&
    mates.every((mate) =>
      isForeign(current) ? mate.labels.has('AWSCURRENT') : versionOf(mate, current) !== null,
    )
  return isWhole && inPair !== null ? inPair : { secret: json, layout: 'json' }
}

function liveIn(secret: SecretState): VersionId | null {
  return secret.deletedUntil === null ? (secret.labels.get('AWSCURRENT') ?? null) : null
}

/**
 * Takes note of a change of the store.
 *
 * @throws Violation when it breaks a promise
 */
export function observe(truth: Truth, world: World, ref: CredentialRef): Truth {
  for (const name of world.names) {
    const { size } = secretAt(world, name).labels
    if (size > truth.mostLabels) throw new Violation(`${name} has ${size} labels.`)
  }
  const holder = holderOf(world, ref)
  const current = holder === null ? null : (versionWith(holder.secret, 'AWSCURRENT')?.id ?? null)
  let next = truth
  const last = truth.wasCurrent.at(-1) ?? null
  // What is restored, or a half that is no longer passed over, is current again under the same id: nothing is new.
  if (current !== null && current !== last) {
    checkNewCurrent(truth, current)
    next = made({ ...next, wasCurrent: [...truth.wasCurrent, current] })
  }
  if (holder?.layout === 'pair') next = checkMembers(next, world, ref, holder.secret, last)
  if (holder?.layout === 'json' && current !== null && !next.whole.includes(current)) {
    next = made({ ...next, whole: [...next.whole, current] })
  }
  checkHeld(next, world, ref, current)
  return next
}

function checkNewCurrent(truth: Truth, current: VersionId): void {
  const refuse = (why: string): never => {
    throw new Violation(withNames(`${current} became current ${why}.`))
  }
  if (truth.wasCurrent.includes(current) && !truth.mayFlicker)
    refuse('again: current returned to an old id')
  if (truth.conflicted.includes(current)) refuse('after its writer was told of a conflict')
  if (truth.discarded.includes(current)) refuse('after its discard was acknowledged')
}

/** A version that was whole keeps every member, labelled, while it is current or previous. */
function checkMembers(
  truth: Truth,
  world: World,
  ref: CredentialRef,
  anchor: SecretState,
  before: VersionId | null,
): Truth {
  let next = truth
  for (const label of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
    const id = anchor.labels.get(label)
    if (id === undefined || isForeign(id)) continue
    const missing = KEY_TYPES[ref.exchange].filter((keyType) => {
      const secret = secretAt(world, secretName(ref, keyType))
      return versionOf(secret, id) === null || labelsOf(secret, id).length === 0
    })
    const wasWhole = truth.whole.includes(id)
    if (missing.length === 0 && !wasWhole && label === 'AWSCURRENT') {
      next = made({ ...next, whole: [...next.whole, id] })
    }
    if (missing.length > 0 && wasWhole) {
      throw new Violation(withNames(`${id} is ${label} and lost its ${missing.join(', ')}.`))
    }
    if (missing.length > 0 && label === 'AWSCURRENT' && !truth.partial.includes(id)) {
      next = made({ ...next, partial: [...next.partial, id] })
    }
    const isCommit = label === 'AWSCURRENT' && before !== null && before !== id
    if (missing.length > 0 && isCommit) {
      throw new Violation(withNames(`${id} became current without its ${missing.join(', ')}.`))
    }
  }
  return next
}

/** An acknowledged half stays while its base is current and nobody discards it. */
function checkHeld(
  truth: Truth,
  world: World,
  ref: CredentialRef,
  current: VersionId | null,
): void {
  for (const { id, base, members } of truth.held) {
    if (base !== current || truth.discarding.includes(id)) continue
    if (base === null && truth.wasCurrent.some((other) => other !== id)) continue
    for (const keyType of members) {
      const secret = secretAt(world, secretName(ref, keyType))
      if (versionOf(secret, id) === null || labelsOf(secret, id).length === 0) {
        throw new Violation(withNames(`The acknowledged half ${keyType} of ${id} is lost.`))
      }
    }
  }
}

/** A discard of this version begins. */
export function beginDiscard(truth: Truth, id: VersionId): Truth {
  if (truth.discarding.includes(id)) return truth
  return made({ ...truth, discarding: [...truth.discarding, id] })
}

/** What a process knew when it began, for what it may be told. */
export interface Start {
  /** How many versions had been current. */
  readonly currents: number
  readonly frozen: readonly string[]
}

export function startAt(truth: Truth): Start {
  return { currents: truth.wasCurrent.length, frozen: truth.frozen }
}

/**
 * Takes note of what a process told the person.
 *
 * @param stale whether it was shown old views: then it may have read what was current or not frozen yet
 * @throws Violation when that is not so
 */
export function conclude(
  truth: Truth,
  outcome: Outcome,
  start: Start,
  stale: boolean,
  world: World,
  ref: CredentialRef,
): Truth {
  const refuse = (why: string): never => {
    throw new Violation(withNames(why))
  }
  switch (outcome.kind) {
    case 'bug':
      return refuse(`Something else than an error of the product was thrown: ${outcome.message}`)
    case 'live':
      // A migration that has not ended yet may hide it.
      if (truth.mayFlicker) return acknowledged(truth, outcome.id)
      if (!truth.wasCurrent.includes(outcome.id)) {
        refuse(`${outcome.id} was acknowledged and never was current.`)
      }
      // One that was deleted meanwhile cannot be seen to be whole; and who saw an old view may have taken a half that
      // was overtaken just then for completed just before.
      if (currentOf(world, ref) === null || stale) return acknowledged(truth, outcome.id)
      if (!isForeign(outcome.id) && !truth.whole.includes(outcome.id)) {
        refuse(`${outcome.id} was acknowledged and never was whole.`)
      }
      checkReplaced(truth, outcome, start)
      return acknowledged(truth, outcome.id)
    case 'held': {
      const { id, base, members } = outcome
      // What was overtaken a moment before is told as if it had been a moment later.
      if (base !== currentOf(world, ref) && base !== null) return truth
      const isPending = world.names.some((name) =>
        [...secretAt(world, name).labels.keys()].some((label) => parseMark(label)?.id === id),
      )
      if (base !== null && !isPending) return truth
      const places = holderOf(world, ref)?.layout === 'json' ? (['json'] as const) : members
      return made({ ...truth, held: [...truth.held, { id, base, members: places }] })
    }
    case 'discarded':
      if (outcome.id === currentOf(world, ref)) {
        refuse(`The discard of ${outcome.id} was acknowledged and it is current.`)
      }
      return made({ ...truth, discarded: [...truth.discarded, outcome.id] })
    case 'frozen': {
      const anchor = secretAt(world, secretName(ref, 'api_key'))
      const values = outcome.ids.flatMap(
        (id) => anchor.versions.find((version) => version.id === id)?.value ?? [],
      )
      return made({ ...truth, frozen: [...new Set([...truth.frozen, ...values])] })
    }
    case 'refused':
      return concludeRefusal(truth, outcome, world, ref)
    case 'read':
      checkRead(truth, outcome, start, stale, world, ref)
      return truth
    case 'absent':
    case 'deleted':
    case 'done':
    case 'restored':
      return truth
  }
}

function acknowledged(truth: Truth, id: VersionId): Truth {
  return made({ ...truth, acknowledged: [...truth.acknowledged, id] })
}

/** A writer replaces what it was shown, never a pair that became current after it began. */
function checkReplaced(
  truth: Truth,
  { id, saw }: Extract<Outcome, { kind: 'live' }>,
  start: Start,
): void {
  if (saw === undefined) return
  const place = truth.wasCurrent.indexOf(id) - 1
  const before = truth.wasCurrent[place]
  if (before === undefined || before === saw || place < start.currents) return
  // A half that was completed meanwhile was its base already.
  if (!truth.whole.includes(before) || truth.partial.includes(before)) return
  throw new Violation(
    withNames(`${id} replaced ${before}, and its writer was shown ${saw ?? 'nothing'}.`),
  )
}

function concludeRefusal(
  truth: Truth,
  outcome: Extract<Outcome, { kind: 'refused' }>,
  world: World,
  ref: CredentialRef,
): Truth {
  const { id, code } = outcome
  if (id === null) return truth
  if (code === 'SUPERSEDED' && !truth.wasCurrent.includes(id)) {
    throw new Violation(withNames(`${id} was called superseded and never was current.`))
  }
  if (code !== 'CONFLICT' && code !== 'SUPERSEDED') return truth
  // What is refused because the credential is deleted has not lost: restored, it is pending still.
  const isDeleted = secretAt(world, secretName(ref, 'api_key')).deletedUntil !== null
  if (isDeleted && !truth.mayFlicker && code === 'CONFLICT') return truth
  if (currentOf(world, ref) === id) {
    throw new Violation(withNames(`A ${code} was reported of ${id}, which is current.`))
  }
  return made({ ...truth, conflicted: [...truth.conflicted, id] })
}

/** No torn read, no version that was never committed, nothing frozen. */
function checkRead(
  truth: Truth,
  outcome: Extract<Outcome, { kind: 'read' }>,
  start: Start,
  stale: boolean,
  world: World,
  ref: CredentialRef,
): void {
  const { id, paired, values } = outcome
  const shown = `${paired ? 'the pair' : 'the unpaired'} ${id} {${Object.values(values).join('; ')}}`
  const refuse = (why: string): never => {
    throw new Violation(withNames(`A reader was given ${shown}: ${why}.`))
  }
  for (const keyType of KEY_TYPES[ref.exchange]) {
    const written = everWritten(world, ref, keyType)
    const value = values[keyType]
    if (paired && written.get(id) !== value) refuse(`${keyType} was not saved under that id`)
    const isOthers = [...written].some(([from, text]) => isForeign(from) && text === value)
    if (!paired && !isOthers) refuse(`${keyType} was not written by other tools`)
  }
  if (paired && isForeign(id)) refuse('other tools save no pairs')
  const place = truth.wasCurrent.indexOf(id)
  if (place < 0) refuse('it never was current')
  if (stale || truth.mayFlicker) return
  // The last resort of a reader is the version before.
  if (place < start.currents - 2) refuse('it was no longer current or previous when the read began')
  if (start.frozen.includes(values.api_key ?? '')) refuse('it was frozen before the read began')
}

/** Every value that a member ever had, by version id, in whichever layout. */
function everWritten(
  world: World,
  ref: CredentialRef,
  keyType: KeyType,
): ReadonlyMap<VersionId, string> {
  const written = new Map<VersionId, string>()
  for (const { id, value } of secretAt(world, secretName(ref, 'json')).versions) {
    const parsed = JSON.parse(value) as Partial<Record<KeyType, string>>
    if (parsed[keyType] !== undefined) written.set(id, parsed[keyType])
  }
  for (const { id, value } of secretAt(world, secretName(ref, keyType)).versions) {
    written.set(id, value)
  }
  return written
}

export function isFrozen(secret: SecretState, id: VersionId): boolean {
  const label: Label = frozenLabel(id)
  return secret.labels.has(label)
}

const known = new Map<string, Truth>()

function made(parts: Omit<Truth, 'serial'>): Truth {
  const {
    wasCurrent,
    whole,
    partial,
    acknowledged,
    conflicted,
    discarded,
    discarding,
    frozen,
    held,
  } = parts
  const sorted = (ids: readonly string[]): string => [...new Set(ids)].sort().join()
  const key = [
    wasCurrent.join(),
    ...[whole, partial, acknowledged, conflicted, discarded, discarding, frozen].map(sorted),
    sorted(held.map(({ id, base, members }) => `${id} ${base ?? ''} ${members.join('+')}`)),
    parts.mayFlicker,
    parts.mostLabels,
  ].join('|')
  const found = known.get(key)
  if (found !== undefined) return found
  const truth = { ...parts, serial: known.size + 1 }
  known.set(key, truth)
  return truth
}
