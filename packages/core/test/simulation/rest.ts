import type { CredentialState } from '../../src/backend/port.ts'
import { KEY_TYPES } from '../../src/credential/exchange.ts'
import { secretName } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { newCall } from '../../src/runtime/call.ts'
import type { Aftermath } from './alone.ts'
import { runAlone } from './alone.ts'
import type { Moment, Scene } from './moment.ts'
import type { Outcome } from './outcome.ts'
import type { Verb } from './programs.ts'
import { programOf } from './programs.ts'
import type { Scenario } from './scenario.ts'
import { versionOf, versionWith } from './secret-state.ts'
import {
  Violation,
  beginDiscard,
  conclude,
  currentOf,
  holderOf,
  isFrozen,
  startAt,
} from './truth.ts'
import { isForeign, withNames } from './version-names.ts'
import type { World } from './world.ts'
import { secretAt, worldKey } from './world.ts'

/** With so many, one is to be discarded before anything is saved. */
const MOST_PENDING = 5

type Resting = Pick<Moment, 'world' | 'truth'>

/** The version that a recovery by saving writes. */
const SAVED = 'Z'

/**
 * Asks of a moment: if every process stopped here for good, would a reader have its answer, and could one person alone
 * put things right? By saving anew always; by resume or discard for whatever is pending.
 *
 * @throws Violation when not
 */
async function checkRest(scene: Scene, moment: Moment): Promise<void> {
  const isOver = isSettled(moment)
  const resting = { world: moment.world, truth: moment.truth }
  await checkReader(scene, resting, isOver)
  if (isOver) checkNothingLost(scene, resting)
  // A writer who was shown an old view may leave the mates behind; status tells of it.
  if (isOver && !moment.actors.some(({ stale }) => stale)) checkInStep(scene, resting)
  const state = await describeAlone(scene, resting)
  if (!isDeleted(scene, resting.world)) {
    for (const { base, versionId } of state?.pending ?? []) {
      // Where nothing is current, whoever discards and whoever completes may both give way; saving anew is left.
      if (base === null && resting.truth.discarding.includes(versionId)) continue
      await checkPending(scene, resting, versionId)
    }
  }
  await checkSaving(scene, resting, isOver)
}

/** Remembers what was checked: many moments differ only in what their processes know. */
export function restChecker(scene: Scene): (moment: Moment) => Promise<void> {
  const checked = new Set<string>()
  return async (moment) => {
    const key = `${isSettled(moment) ? 'over' : 'crash'}|${worldKey(moment.world, false)}|${moment.truth.serial}`
    if (checked.has(key)) return
    checked.add(key)
    await checkRest(scene, moment)
  }
}

/** Everybody has ended, and nobody because the time was up or was told that only a part is done. */
function isSettled({ actors }: Moment): boolean {
  return actors.every(({ process: { outcome } }) => {
    if (outcome?.kind !== 'refused') return outcome !== null
    if (outcome.code === 'INCOMPLETE') return outcome.id === null
    return outcome.code !== 'UNAVAILABLE' && outcome.code !== 'PARTIAL'
  })
}

async function alone(scene: Scene, resting: Resting, verb: Verb): Promise<Aftermath> {
  const { subject, ref } = scene
  const start = startAt(resting.truth)
  const after = await runAlone(programOf(verb, ref, subject), subject, ref, resting)
  const truth = conclude(after.truth, after.outcome, start, false, after.world, ref)
  return { ...after, truth }
}

/** What was acknowledged is current, or was superseded by what is. */
function checkNothingLost({ ref }: Scene, { world, truth }: Resting): void {
  const current = currentOf(world, ref)
  if (current === null) return
  const since = (id: VersionId): number => truth.wasCurrent.indexOf(id)
  const lost = truth.acknowledged.find((id) => since(id) > since(current))
  if (lost === undefined) return
  throw new Violation(withNames(`${lost} was acknowledged and ${current} is current again.`))
}

async function checkReader(scene: Scene, resting: Resting, isOver: boolean): Promise<void> {
  const { outcome } = await alone(scene, resting, { verb: 'read' })
  const allowed = allowedAnswers(scene, resting, isOver)
  const given = answerOf(outcome)
  if (!allowed.includes(given)) {
    throw new Violation(
      withNames(`At rest a reader is given ${given}, not ${allowed.join(' or ')}.`),
    )
  }
}

function answerOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'read':
      return outcome.paired ? outcome.id : 'unpaired'
    case 'refused':
      return outcome.code
    default:
      return outcome.kind
  }
}

/** What a reader who sees the store as it is may be told. */
function allowedAnswers(
  { ref, scenario }: Scene,
  { world, truth }: Resting,
  isOver: boolean,
): readonly string[] {
  const secrets = KEY_TYPES[ref.exchange].map((keyType) =>
    secretAt(world, secretName(ref, keyType)),
  )
  const [anchor, ...mates] = secrets
  const current = currentOf(world, ref)
  const isHalf = secrets.some(({ labels }) => labels.size > 0)
  if (current === null || anchor === undefined) {
    return isHalf ? ['INCOMPLETE', 'absent', 'NOT_FOUND'] : ['absent']
  }
  const holder = holderOf(world, ref)
  if (holder?.layout === 'json') {
    // Where a member of the pair reads, it is the pair that counts, broken as it is.
    const stray = anchor.deletedUntil === null && anchor.labels.size > 0
    const given = isFrozen(holder.secret, current) ? 'REVOKED' : current
    return stray ? [given, 'INCOMPLETE', 'FOREIGN_WRITE'] : [given]
  }
  if (isFrozen(anchor, current)) {
    return isForeign(current) ? ['REVOKED', 'FOREIGN_WRITE', 'INCOMPLETE'] : ['REVOKED']
  }
  const currents = mates.map((mate) => versionWith(mate, 'AWSCURRENT')?.id ?? null)
  if (isForeign(current)) {
    if (currents.every((id) => id !== null && isForeign(id))) return ['unpaired']
    return ['FOREIGN_WRITE', 'INCOMPLETE']
  }
  const isWhole = mates.every((mate) => versionOf(mate, current) !== null)
  // The discard of what there is first: which of the two was first shows only when both have ended.
  const isKept = isOver && truth.acknowledged.includes(current)
  if (truth.discarding.includes(current) && !isKept) return [current, 'INCOMPLETE', 'absent']
  const isPartlyDeleted = mates.some((mate) => mate.deletedUntil !== null)
  if (isPartlyDeleted && mayBePartlyDeleted(scenario)) {
    // Whoever deletes or restores stopped part way, or told of it: restore is the way on.
    return isOver && truth.acknowledged.includes(current) ? [current] : ['INCOMPLETE', current]
  }
  return isWhole ? [current] : ['INCOMPLETE']
}

/** One who deletes or restores alone never leaves a live anchor with a deleted mate. */
function mayBePartlyDeleted({ setup, actors }: Scenario): boolean {
  const verbs = new Set(actors.map(({ verb }) => verb.verb))
  if (verbs.has('migrate')) return true
  const isFirst = !setup.some(({ verb }) => verb === 'save' || verb === 'foreign')
  return verbs.has('delete') && (verbs.has('restore') || isFirst)
}

async function describeAlone(scene: Scene, resting: Resting): Promise<CredentialState | null> {
  const { subject, ref } = scene
  let state: CredentialState | null = null
  const { outcome } = await runAlone(
    async (store, clock) => {
      const backend = subject.pairedBackend(store, { clock, warn: () => undefined })
      try {
        state = await backend.describe(ref, newCall(clock))
        return { kind: 'done' }
      } catch (error) {
        return { kind: 'bug', message: error instanceof Error ? error.message : String(error) }
      }
    },
    subject,
    ref,
    resting,
  )
  if (outcome.kind === 'bug') throw new Violation(`describe failed: ${outcome.message}`)
  return state
}

/** Whatever is pending can be resumed or discarded, and is then no longer pending. */
async function checkPending(scene: Scene, resting: Resting, id: VersionId): Promise<void> {
  const name = withNames(id)
  const resumed = await alone(scene, resting, { verb: 'resume', id: name })
  const truth = beginDiscard(resting.truth, id)
  const discarded = await alone(scene, { ...resting, truth }, { verb: 'discard', id: name })
  const ends = [resumed, discarded].filter(({ outcome }) => outcome.kind !== 'refused')
  if (ends.length === 0) {
    const said = [resumed, discarded].map(({ outcome }) => answerOf(outcome))
    throw new Violation(
      `${name} can neither be resumed (${said[0] ?? ''}) nor discarded (${said[1] ?? ''}).`,
    )
  }
  for (const end of ends) {
    const state = await describeAlone(scene, end)
    if (state?.pending.some(({ versionId }) => versionId === id) === true) {
      throw new Violation(`${name} is still pending after ${end.outcome.kind}.`)
    }
    await checkReader(scene, end, false)
    if (end.outcome.kind === 'live') checkInStep(scene, end)
  }
}

/** Saving anew always works, unless the credential is deleted; then restoring it works. */
async function checkSaving(scene: Scene, resting: Resting, isOver: boolean): Promise<void> {
  let base = resting
  if (isDeleted(scene, resting.world)) {
    base = await alone(scene, resting, { verb: 'restore' })
    if (isDeleted(scene, base.world)) throw new Violation('What is deleted cannot be restored.')
  }
  base = await withRoom(scene, base)
  const saved = await alone(scene, base, { verb: 'save', id: SAVED })
  // Whoever migrates stopped part way: migrate again, or delete one of the two layouts.
  if (!isOver && answerOf(saved.outcome) === 'AMBIGUOUS_LAYOUT') return
  if (saved.outcome.kind !== 'live') {
    const said = saved.outcome.kind === 'refused' ? saved.outcome.message : ''
    throw new Violation(`Saving anew gives ${answerOf(saved.outcome)}: ${withNames(said)}`)
  }
  await checkReader(scene, saved, true)
  checkInStep(scene, saved)
  const state = await describeAlone(scene, saved)
  if (state !== null && state.pending.length > 0) {
    const ids = state.pending.map(({ versionId }) => versionId).join(', ')
    throw new Violation(withNames(`After saving anew ${ids} is still pending.`))
  }
}

/** What is pending is dropped, or where that is too late finished, until there is room for another version. */
async function withRoom(scene: Scene, resting: Resting): Promise<Resting> {
  const pending = (await describeAlone(scene, resting))?.pending ?? []
  if (pending.length < MOST_PENDING) return resting
  for (const { versionId } of pending) {
    const id = withNames(versionId)
    const truth = beginDiscard(resting.truth, versionId)
    const discarded = await alone(scene, { ...resting, truth }, { verb: 'discard', id })
    if (discarded.outcome.kind === 'discarded') return withRoom(scene, discarded)
  }
  return alone(scene, resting, { verb: 'resume', id: withNames(pending[0]?.versionId ?? '') })
}

/** A secret of the layout that counts is deleted; what a migration left behind of the other may be. */
function isDeleted({ ref }: Scene, world: World): boolean {
  const pair = KEY_TYPES[ref.exchange].map((keyType) => secretAt(world, secretName(ref, keyType)))
  const json = secretAt(world, secretName(ref, 'json'))
  const layout = holderOf(world, ref)?.layout ?? null
  const counts = layout === null ? [...pair, json] : layout === 'pair' ? pair : [json]
  return counts.some(({ deletedUntil }) => deletedUntil !== null)
}

/** Other tools read each member's AWSCURRENT: when writers rest those are one version, unless others wrote one. */
function checkInStep({ ref }: Scene, { world }: Resting): void {
  const current = currentOf(world, ref)
  if (current === null || holderOf(world, ref)?.layout !== 'pair') return
  const secrets = KEY_TYPES[ref.exchange].map((keyType) =>
    secretAt(world, secretName(ref, keyType)),
  )
  // A half has nothing to be in step with.
  if (secrets.some((secret) => versionOf(secret, current) === null)) return
  const currents = secrets.flatMap((secret) => versionWith(secret, 'AWSCURRENT')?.id ?? [])
  if (currents.some(isForeign) || new Set(currents).size <= 1) return
  throw new Violation(withNames(`The members are out of step: ${currents.join(', ')}.`))
}
