import type { CredentialRef } from '../../src/credential/name.ts'
import type { SecretName } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import type { WaitingCall } from './process.ts'
import type { ProcessState } from './process-tree.ts'
import type { Verb } from './programs.ts'
import { programOf } from './programs.ts'
import { runAlone } from './alone.ts'
import type { Scenario, Terms } from './scenario.ts'
import { newWorld, refOf } from './scenario.ts'
import type { Reply } from './store-call.ts'
import type { Subject } from './subject.ts'
import type { Start, Truth } from './truth.ts'
import { beginDiscard, conclude, initialTruth, observe, startAt } from './truth.ts'
import { versionId } from './version-names.ts'
import type { World } from './world.ts'
import { perform, rested, staleViews, vanishable, vanished, worldKey } from './world.ts'

/**
 * What the world may do to a call beside answering it. A number: a read is answered from a view that many changes old.
 * lost: the reply of moveLabel never came, and it was not applied. lostApplied: it was. repeated: applied, no reply, and
 * the adapter will send it again. late: answered after every deadline.
 */
export type Twist = 'none' | number | 'lost' | 'lostApplied' | 'repeated' | 'late'

/** One step of a schedule. */
export type Step =
  | { readonly actor: number; readonly call: number; readonly twist: Twist }
  | { readonly crash: number }
  | { readonly vanish: SecretName; readonly id: VersionId }

/** How one actor is doing. */
interface ActorState {
  readonly process: ProcessState
  /** null: none of its calls was answered yet. */
  readonly start: Start | null
  /** It was shown a view that was out of date. */
  readonly stale: boolean
  readonly crashed: boolean
}

export interface Moment {
  readonly world: World
  readonly truth: Truth
  readonly actors: readonly ActorState[]
}

/** A scenario with everything it needs to run. */
export interface Scene {
  readonly scenario: Scenario
  readonly terms: Terms
  readonly ref: CredentialRef
  readonly subject: Subject
}

export function newScene(scenario: Scenario, terms: Terms, subject: Subject): Scene {
  return { scenario, terms, ref: refOf(terms.members), subject }
}

/** The store after the setup. @throws Violation when a step of it does not succeed */
export async function setUp(scene: Scene): Promise<Pick<Moment, 'world' | 'truth'>> {
  const { scenario, terms, ref, subject } = scene
  const world = newWorld(terms)
  const racing = scenario.actors.filter(({ after }) => after === undefined).length
  const truth = initialTruth(world, ref, racing, mayFlicker(scenario))
  let after = { world, truth }
  for (const verb of scenario.setup) {
    const { outcome, ...next } = await runAlone(programOf(verb, ref, subject), subject, ref, after)
    if (outcome.kind === 'bug' || (outcome.kind === 'refused' && verb.verb !== 'read')) {
      throw new Error(`The setup of ${scenario.name} failed: ${outcome.message}`)
    }
    const start = startAt(next.truth)
    after = {
      world: next.world,
      truth: conclude(next.truth, outcome, start, false, next.world, ref),
    }
  }
  return { ...after, world: rested(after.world) }
}

const WRITERS: readonly Verb['verb'][] = ['save', 'half', 'hold', 'rollback', 'adopt', 'resume']

/**
 * DeleteSecret knows no compare-and-swap, so a migration cannot help deleting the old secrets while somebody commits to
 * them; it finds out afterwards and brings them back.
 */
function mayFlicker({ actors }: Scenario): boolean {
  const verbs = actors.map(({ verb }) => verb.verb)
  return verbs.includes('migrate') && verbs.some((verb) => WRITERS.includes(verb))
}

/** @param makeProcess of each actor */
export async function firstMoment(
  scene: Scene,
  before: Pick<Moment, 'world' | 'truth'>,
  makeProcess: (actor: number) => Promise<ProcessState>,
): Promise<Moment> {
  const actors: ActorState[] = []
  for (const index of scene.scenario.actors.keys()) {
    const process = await makeProcess(index)
    actors.push({ process, start: null, stale: false, crashed: false })
  }
  return { ...before, actors }
}

/** Whether an actor may take a step. */
export function mayMove(scene: Scene, moment: Moment, actor: number): boolean {
  const state = moment.actors[actor]
  if (state === undefined || state.crashed || state.process.outcome !== null) return false
  const after = scene.scenario.actors[actor]?.after
  return after === undefined || (moment.actors[after]?.process.outcome ?? null) !== null
}

/**
 * A discard of what was never live has no single compare-and-swap to win by: whoever completes it and whoever discards
 * it each write, then look for the other. That needs fresh views, and replies.
 */
function isDiscardOfFirst({ scenario }: Scene): boolean {
  const isLive = scenario.setup.some(({ verb }) => verb === 'save' || verb === 'foreign')
  return !isLive && scenario.actors.some(({ verb }) => verb.verb === 'discard')
}

/** Every twist that would make a difference to this call now. */
export function twistsOf(scene: Scene, moment: Moment, { call }: WaitingCall): readonly Twist[] {
  if (isDiscardOfFirst(scene)) return []
  switch (call.op) {
    case 'sleep':
      return []
    case 'list':
      return ['late']
    case 'get':
    case 'describe':
    case 'dates': {
      const replies = new Set([perform(moment.world, call).reply])
      const stale = staleViews(moment.world, call).filter((behind) => {
        const { reply } = perform(moment.world, call, behind)
        if (replies.has(reply)) return false
        replies.add(reply)
        return true
      })
      return [...stale, 'late']
    }
    case 'moveLabel':
      return perform(moment.world, call).world === moment.world
        ? ['lost', 'late']
        : ['lost', 'lostApplied', 'late']
    case 'create':
    case 'put':
    case 'tag':
    case 'delete':
    case 'restore':
      return perform(moment.world, call).world === moment.world ? ['late'] : ['repeated', 'late']
  }
}

/**
 * The next moment.
 *
 * @throws Violation
 */
export function advance(scene: Scene, moment: Moment, step: Step): Moment | Promise<Moment> {
  if ('crash' in step) {
    return withActor(moment, step.crash, { ...actorOf(moment, step.crash), crashed: true })
  }
  if ('vanish' in step) {
    const world = vanished(moment.world, step.vanish, step.id)
    return { ...moment, world, truth: observe(moment.truth, world, scene.ref) }
  }
  return moved(scene, moment, step)
}

function moved(
  scene: Scene,
  moment: Moment,
  step: Extract<Step, { actor: number }>,
): Moment | Promise<Moment> {
  const actor = actorOf(moment, step.actor)
  const waiting = actor.process.waiting[step.call]
  if (waiting === undefined) throw new Error(`Actor ${step.actor} waits for no ${step.call}. call.`)
  const { world, reply } = answer(moment.world, waiting, step.twist)
  const begun = actor.start === null ? beginning(scene, moment.truth, step.actor) : moment.truth
  const truth = world === moment.world ? begun : observe(begun, world, scene.ref)
  const started: ActorState = {
    ...actor,
    start: actor.start ?? startAt(moment.truth),
    stale: actor.stale || typeof step.twist === 'number',
  }
  if (reply === null) return withActor({ ...moment, world, truth }, step.actor, started)

  const finish = (process: ProcessState): Moment => {
    const next = withActor({ ...moment, world, truth }, step.actor, { ...started, process })
    if (process.outcome === null) return next
    const { start, stale } = started
    return {
      ...next,
      truth: conclude(truth, process.outcome, start ?? startAt(truth), stale, world, scene.ref),
    }
  }
  const process = actor.process.answered(waiting.key, reply)
  return process instanceof Promise ? process.then(finish) : finish(process)
}

function answer(
  world: World,
  { call }: WaitingCall,
  twist: Twist,
): { readonly world: World; readonly reply: Reply | null } {
  if (typeof twist === 'number') return perform(world, call, twist)
  if (twist === 'lost') return { world, reply: LOST }
  const done = perform(world, call)
  switch (twist) {
    case 'none':
      return done
    case 'lostApplied':
      return { world: done.world, reply: LOST }
    case 'repeated':
      return { world: done.world, reply: null }
    case 'late':
      return { world: done.world, reply: { kind: 'late', reply: done.reply } }
  }
}

const LOST: Reply = { kind: 'moved', outcome: 'unknown' }

function beginning(scene: Scene, truth: Truth, actor: number): Truth {
  const verb = scene.scenario.actors[actor]?.verb
  if (verb?.verb !== 'discard' || verb.id === null) return truth
  return beginDiscard(truth, versionId(verb.id))
}

function actorOf(moment: Moment, actor: number): ActorState {
  const found = moment.actors[actor]
  if (found === undefined) throw new Error(`There is no actor ${actor}.`)
  return found
}

function withActor(moment: Moment, actor: number, state: ActorState): Moment {
  return { ...moment, actors: moment.actors.with(actor, state) }
}

/** Every version that may vanish now, as steps. */
export function vanishings(moment: Moment): readonly Step[] {
  return vanishable(moment.world).map(([vanish, id]) => ({ vanish, id }))
}

/** Equal for moments from which the same can happen. @param twists how many are left */
export function momentKey(moment: Moment, twists: number): string {
  const actors = moment.actors.map(
    ({ process, start, stale, crashed }) =>
      `${process.serial}${crashed ? 'x' : ''}${stale ? 's' : ''}${start === null ? '' : `@${start.currents}/${start.frozen.length}`}`,
  )
  return `${worldKey(moment.world, twists > 0)}|${actors.join(' ')}|${moment.truth.serial}`
}
