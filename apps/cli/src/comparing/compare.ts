import type { CredentialState, KeyType } from '@mm-secrets/core'
import { formatRef, KEY_TYPES } from '@mm-secrets/core'

/**
 * How a credential of one environment stands to the one of the same name in another. unknown: it is in both, and at
 * least one has no fingerprint, so that nobody can tell whether they are the same.
 */
export type Relation = 'different' | 'first-only' | 'second-only' | 'same' | 'unknown'

export interface ComparedPair {
  /** Of one side or the other. */
  readonly state: CredentialState
  readonly relation: Relation
}

/** A value that both environments know, under whatever names. */
interface SharedValue {
  readonly first: string
  readonly second: string
  readonly keyType: KeyType
}

export interface Comparison {
  /** In the order of their names. */
  readonly pairs: readonly ComparedPair[]
  readonly shared: readonly SharedValue[]
}

/**
 * Compares two environments by fingerprints alone.
 *
 * A value is shared if any version on one side has it and any version on the other, of whatever account: an old key
 * that prod now has is as bad as a current one.
 */
export function compareStates(
  first: readonly CredentialState[],
  second: readonly CredentialState[],
): Comparison {
  const shared = sharedValues(first, second)
  const left = byPlace(first)
  const right = byPlace(second)
  const places = [...new Set([...left.keys(), ...right.keys()])].sort()
  const pairs = places.flatMap((place): readonly ComparedPair[] => {
    const [a, b] = [left.get(place), right.get(place)]
    const state = a ?? b
    if (state === undefined) return []
    return [{ state, relation: relate(a, b, shared) }]
  })
  return { pairs, shared }
}

/** The name without its environment: what two environments have in common. */
export function placeOf({ ref }: CredentialState): string {
  const { env } = ref
  return formatRef(ref).replace(`${env}/`, '')
}

/** Those that are there: neither deleted nor still to be completed. */
function byPlace(states: readonly CredentialState[]): ReadonlyMap<string, CredentialState> {
  const there = states.filter(
    ({ current, deletedUntil }) => current !== null && deletedUntil === null,
  )
  return new Map(there.map((state) => [placeOf(state), state]))
}

function relate(
  a: CredentialState | undefined,
  b: CredentialState | undefined,
  shared: readonly SharedValue[],
): Relation {
  if (b === undefined) return 'first-only'
  if (a === undefined) return 'second-only'
  const names = [formatRef(a.ref), formatRef(b.ref)] as const
  if (shared.some(({ first, second }) => first === names[0] && second === names[1])) return 'same'
  // The key is what an exchange knows an account by, and the secret is what signs: both must be told apart.
  const known = [a, b].every((state) => hasFingerprint(state))
  return known ? 'different' : 'unknown'
}

function hasFingerprint(state: CredentialState): boolean {
  const current = state.versions.find(({ id }) => id === state.current)
  return comparable(state).every((keyType) => current?.metadata.fingerprints[keyType] !== undefined)
}

/** A passphrase never has a fingerprint: it could be guessed from it. */
function comparable({ ref }: CredentialState): readonly KeyType[] {
  return KEY_TYPES[ref.exchange].filter((keyType) => keyType !== 'api_passphrase')
}

function sharedValues(
  first: readonly CredentialState[],
  second: readonly CredentialState[],
): readonly SharedValue[] {
  const known = new Map<string, Set<string>>()
  for (const state of second) {
    for (const [, print] of prints(state)) {
      known.set(print, (known.get(print) ?? new Set()).add(formatRef(state.ref)))
    }
  }
  const all = first.flatMap((state) =>
    prints(state).flatMap(([keyType, print]) =>
      [...(known.get(print) ?? [])].map((name) => ({
        first: formatRef(state.ref),
        second: name,
        keyType,
      })),
    ),
  )
  const distinct = new Map(all.map((each) => [JSON.stringify(each), each]))
  return [...distinct.values()]
}

function prints({ versions }: CredentialState): readonly (readonly [KeyType, string])[] {
  return versions.flatMap(
    ({ metadata }) => Object.entries(metadata.fingerprints) as [KeyType, string][],
  )
}
