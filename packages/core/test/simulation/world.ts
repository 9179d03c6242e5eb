import type { SecretName } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import type { Applied } from './secret-semantics.ts'
import { applyCall, describe } from './secret-semantics.ts'
import type { Interner, SecretState } from './secret-state.ts'
import { ABSENT, unlabelled, withoutVersions } from './secret-state.ts'
import type { Reply, StoreCall } from './store-call.ts'
import { textOf } from './store-call.ts'

/** How many changes of one secret a read may lag behind. */
const STALEST = 4

/** When versions without a label vanish: as soon as they have none, or when the schedule says so. */
export type Vanishing = 'at once' | 'any time'

/** One secret: what it is, and what it was before its last changes, the newest first. */
interface Slot {
  readonly now: SecretState
  readonly past: readonly SecretState[]
}

/** The whole simulated store at one moment. Immutable; calls make the next one. */
export interface World {
  readonly names: readonly SecretName[]
  readonly slots: readonly Slot[]
  readonly vanishing: Vanishing
  readonly interner: Interner
}

export function emptyWorld(
  names: readonly SecretName[],
  vanishing: Vanishing,
  interner: Interner,
): World {
  const now = interner.intern(ABSENT)
  return { names, slots: names.map(() => ({ now, past: [] })), vanishing, interner }
}

export function secretAt(world: World, name: SecretName): SecretState {
  return slotOf(world, name).now
}

/** Equal for worlds that answer alike. @param withPast whether reads may still be stale */
export function worldKey(world: World, withPast: boolean): string {
  return world.slots
    .map(({ now, past }) =>
      withPast ? [now, ...past].map((state) => state.serial).join('<') : String(now.serial),
    )
    .join(' ')
}

/**
 * What a call does and answers.
 *
 * @param behind for a read: how many changes old the view is that answers it
 */
export function perform(
  world: World,
  call: StoreCall,
  behind = 0,
): { readonly world: World; readonly reply: Reply } {
  if (call.op === 'sleep') return { world, reply: { kind: 'nothing' } }
  if (call.op === 'list') {
    const page = world.names.flatMap((name) => {
      if (!name.startsWith(call.prefix)) return []
      return describe(slotOf(world, name).now, name) ?? []
    })
    return { world, reply: { kind: 'page', page } }
  }
  const slot = slotOf(world, call.name)
  const seen = behind === 0 ? slot.now : (slot.past[behind - 1] ?? slot.now)
  const { next, reply } = remembered(seen, call, world.interner)
  return { world: behind === 0 ? changed(world, call.name, next) : world, reply }
}

/** Calls are answered by pure functions: the same call to the same state, the same reply object. */
const answers = new WeakMap<SecretState, Map<string, Applied>>()

function remembered(
  secret: SecretState,
  call: Exclude<StoreCall, { op: 'list' | 'sleep' }>,
  interner: Interner,
): Applied {
  const text = textOf(call)
  const known = answers.get(secret) ?? new Map<string, Applied>()
  const found = known.get(text)
  if (found !== undefined) return found
  const applied = applyCall(secret, call.name, call, interner)
  answers.set(secret, known.set(text, applied))
  return applied
}

/** The world after a version that carries no label was removed. */
export function vanished(world: World, name: SecretName, id: VersionId): World {
  const { now } = slotOf(world, name)
  return changed(world, name, world.interner.intern(withoutVersions(now, [id])))
}

/** The same store, long after: no view of it is out of date any more. */
export function rested(world: World): World {
  return { ...world, slots: world.slots.map(({ now }) => ({ now, past: [] })) }
}

/** How many changes back a read of this secret may look: views that differ from the present one. */
export function staleViews(world: World, call: StoreCall): readonly number[] {
  if (call.op !== 'get' && call.op !== 'describe' && call.op !== 'dates') return []
  return slotOf(world, call.name).past.map((_, index) => index + 1)
}

/** What may vanish now. */
export function vanishable(world: World): readonly (readonly [SecretName, VersionId])[] {
  if (world.vanishing === 'at once') return []
  return world.names.flatMap((name) =>
    unlabelled(secretAt(world, name)).map((id) => [name, id] as const),
  )
}

function slotOf(world: World, name: SecretName): Slot {
  const slot = world.slots[world.names.indexOf(name)]
  if (slot === undefined) throw new Error(`The simulated world has no secret ${name}.`)
  return slot
}

function changed(world: World, name: SecretName, next: SecretState): World {
  const { now, past } = slotOf(world, name)
  if (next === now) return world
  const lost = world.vanishing === 'at once' ? unlabelled(next) : []
  const settled = lost.length === 0 ? next : world.interner.intern(withoutVersions(next, lost))
  const slot = { now: settled, past: [now, ...past].slice(0, STALEST) }
  const index = world.names.indexOf(name)
  return { ...world, slots: world.slots.with(index, slot) }
}
