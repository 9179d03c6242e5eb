import type { KeyType } from '../../src/credential/exchange.ts'
import { KEY_TYPES } from '../../src/credential/exchange.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { credentialRef, secretName } from '../../src/credential/name.ts'
import type { Verb } from './programs.ts'
import { newInterner } from './secret-state.ts'
import type { Vanishing, World } from './world.ts'
import { emptyWorld } from './world.ts'

/** One process of a scenario. */
export interface Actor {
  readonly verb: Verb
  /** It begins only when this one, by its place in the list, has ended: a ticket is printed before it is used. */
  readonly after?: number
}

export interface Scenario {
  readonly name: string
  /** What happened before, one after the other, undisturbed. */
  readonly setup: readonly Verb[]
  readonly actors: readonly Actor[]
}

export type MemberCount = 2 | 3

/** What a run of a scenario needs to know beside it. */
export interface Terms {
  readonly members: MemberCount
  readonly vanishing: Vanishing
}

export function refOf(members: MemberCount): CredentialRef {
  return credentialRef({ env: 'prod', exchange: members === 2 ? 'bybit' : 'kucoin' })
}

export function newWorld(terms: Terms): World {
  const ref = refOf(terms.members)
  const members: readonly (KeyType | 'json')[] = [...KEY_TYPES[ref.exchange], 'json']
  const names = members.map((member) => secretName(ref, member))
  return emptyWorld(names, terms.vanishing, newInterner())
}
