import type { CredentialRef } from '../../credential/name.ts'
import type { Layout } from '../../credential/version.ts'
import { errorCode } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { CredentialState } from '../port.ts'
import type { Look, Seen } from './look.ts'
import { currentOf, isOurs, isPassedOver, liveVersion, lookAt } from './look.ts'
import type { SecretStore } from './secret-store.ts'
import type { Dates } from './state.ts'
import { credentialState, isAgeless } from './state.ts'

/** A credential in both layouts, of which one counts. */
export interface Sight {
  /** The layout that the credential has, or would be written in. */
  readonly look: Look
  /** The other layout; null for a copy under a suffix, which has but one. */
  readonly other: Look | null
  /** Both layouts are live under different version ids. */
  readonly ambiguous: boolean
  /** Neither layout has so much as a name. */
  readonly absent: boolean
}

/**
 * Describes a credential in both layouts, in one parallel round.
 *
 * @throws DENIED where both are; being denied the one counts as absent once the other is there
 */
export async function sightOf(
  store: Pick<SecretStore, 'describe'>,
  ref: CredentialRef,
  call: Call,
): Promise<Sight> {
  if (ref.suffix !== null) return choose(await lookAt(store, ref, 'pair', call), null)
  const [pair, json] = await Promise.allSettled([
    lookAt(store, ref, 'pair', call),
    lookAt(store, ref, 'json', call),
  ])
  const [pairLook, jsonLook] = [found(pair), found(json)]
  if (pairLook !== null && jsonLook !== null) {
    return isMixed(pairLook, jsonLook) ? lookOnce(store, ref, call) : choose(pairLook, jsonLook)
  }
  const only = pairLook ?? jsonLook
  if (only === null || !hasNames(only)) {
    throw pair.status === 'rejected' ? pair.reason : (json as PromiseRejectedResult).reason
  }
  return { look: only, other: null, ambiguous: false, absent: false }
}

/** The pair says that it moved, and the JSON layout was described before it came. */
function isMixed(pair: Look, json: Look): boolean {
  return movedAway(pair) && currentOf(json.anchor) === null
}

async function lookOnce(
  store: Pick<SecretStore, 'describe'>,
  ref: CredentialRef,
  call: Call,
): Promise<Sight> {
  const json = await lookAt(store, ref, 'json', call)
  return choose(await lookAt(store, ref, 'pair', call), json)
}

/** Which of the two layouts counts. */
export function choose(pair: Look, json: Look | null): Sight {
  if (json === null) return sight(pair, null, false)
  const pairLive = isLive(pair)
  const jsonLive = isLive(json)
  if (pairLive && jsonLive) {
    const jsonCurrent = currentOf(json.anchor)
    // A copy that a migration left, of what is current in the pair or was current there before.
    const left =
      jsonCurrent !== null &&
      (isPassedOver(json.anchor, jsonCurrent) || isOurs(pair.anchor, jsonCurrent))
    return sight(pair, json, !left && currentOf(pair.anchor) !== jsonCurrent)
  }
  if (pairLive) return sight(pair, json, false)
  if (jsonLive || movedAway(pair)) return sight(json, pair, false)
  // A deleted one can be restored; what is beside it was left there by other tools.
  if (currentOf(pair.anchor) === null && currentOf(json.anchor) !== null) {
    return sight(json, pair, false)
  }
  return hasNames(pair) || !hasNames(json) ? sight(pair, json, false) : sight(json, pair, false)
}

/** The state of what was seen; null where there is not so much as a name. */
export async function stateOf(
  store: Pick<SecretStore, 'dates'>,
  seen: Sight,
  call: Call,
): Promise<CredentialState | null> {
  if (seen.absent) return null
  const dates = isAgeless(seen.look) ? await store.dates(seen.look.anchor.name, call) : null
  return knownState(seen, dates ?? new Map())
}

export function knownState(seen: Sight, dates: Dates = new Map()): CredentialState {
  return credentialState(seen.look, seen.ambiguous, dates)
}

/** The same sight with another look at the layout that counts. */
export function withLook(seen: Sight, look: Look): Sight {
  return { ...seen, look, absent: seen.absent && !hasNames(look) }
}

/** The layout that a credential is in, or null where it has none yet. */
export function layoutOf(seen: Sight): Layout | null {
  return hasVersions(seen.look) ? seen.look.layout : null
}

function sight(look: Look, other: Look | null, ambiguous: boolean): Sight {
  const absent = !hasNames(look) && (other === null || !hasNames(other))
  return { look, other, ambiguous, absent }
}

/** Not deleted, and current to readers. */
function isLive(look: Look): boolean {
  return look.anchor.secret?.deletedUntil === null && liveVersion(look) !== null
}

function movedAway(look: Look): boolean {
  const current = currentOf(look.anchor)
  if (current === null || !isPassedOver(look.anchor, current)) return false
  return isOurs(look.anchor, current) && hasMates(look)
}

/** A half that was discarded is passed over too, and has no other layout to be in. */
function hasMates(look: Look): boolean {
  return look.mates.every((mate) => currentOf(mate) !== null)
}

function hasNames(look: Look): boolean {
  return [look.anchor, ...look.mates].some(({ secret }) => secret !== null)
}

function hasVersions(look: Look): boolean {
  const versions = ({ secret }: Seen): number => secret?.versions.length ?? 0
  return [look.anchor, ...look.mates].some((seen) => versions(seen) > 0)
}

function found(result: PromiseSettledResult<Look>): Look | null {
  if (result.status === 'fulfilled') return result.value
  if (errorCode(result.reason) !== 'DENIED') throw result.reason
  return null
}
