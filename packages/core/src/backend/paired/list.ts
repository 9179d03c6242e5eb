import type { Environment, Exchange } from '../../credential/exchange.ts'
import { EXCHANGES } from '../../credential/exchange.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { credentialRef, parseSecretName, secretName } from '../../credential/name.ts'
import { SecretsError, errorCode } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { Deps } from '../../runtime/deps.ts'
import type { Backend, CredentialState, ListFilter } from '../port.ts'
import type { Seen } from './look.ts'
import { lookOf } from './look.ts'
import type { SecretDescription, SecretStore } from './secret-store.ts'
import type { Sight } from './sight.ts'
import { choose, sightOf, stateOf } from './sight.ts'

const PAGE_SIZE = 100

/** How long a denial is believed: each request that is denied may set off an alarm. */
const DENIED_MS = 60_000

/**
 * Each credential once, by environment. Where listing is denied, the conventional names are described instead, which
 * misses accounts and copies; that is said once.
 *
 * @returns a function that throws DENIED where not even one of them may be described, in no environment
 */
export function credentialLister(
  store: SecretStore,
  { clock, warn }: Pick<Deps, 'clock' | 'warn'>,
): Backend['list'] {
  let deniedUntil = Number.NEGATIVE_INFINITY

  async function look(filter: ListFilter, env: Environment, call: Call): Promise<Looked> {
    if (clock.now() >= deniedUntil) {
      const sights = await listed(store, filter, env, call)
      if (sights !== null) return sights
      deniedUntil = clock.now() + DENIED_MS
      warn(
        'Listing secrets is denied (secretsmanager:ListSecrets on *): only the conventional names were looked up, ' +
          'so accounts and copies under a suffix may be missing.',
      )
    }
    return conventional(store, filter, env, call)
  }

  return async function* list(filter, call) {
    let answered = false
    let refusal: SecretsError | null = null
    for (const env of new Set(filter.envs)) {
      const found = await look(filter, env, call)
      if (found instanceof SecretsError) {
        refusal ??= found
        continue
      }
      answered = true
      const states: CredentialState[] = []
      for (const sight of found) {
        const state = await stateOf(store, sight, call)
        if (state !== null) states.push(state)
      }
      for (let at = 0; at < states.length; at += PAGE_SIZE) yield states.slice(at, at + PAGE_SIZE)
    }
    if (!answered && refusal !== null) throw refusal
  }
}

/** The refusal: see `conventional`. */
type Looked = readonly Sight[] | SecretsError

/** @returns null where listing is denied */
async function listed(
  store: SecretStore,
  filter: ListFilter,
  env: Environment,
  call: Call,
): Promise<readonly Sight[] | null> {
  const prefix = `${filter.namespace}/${env}/${filter.exchange ?? ''}`
  const found = new Map<string, { readonly ref: CredentialRef; readonly seen: Seen[] }>()
  try {
    for await (const page of store.list(prefix, call)) {
      for (const secret of page) collect(found, filter.exchange, secret)
    }
  } catch (error) {
    if (errorCode(error) === 'DENIED') return null
    throw error
  }
  return [...found.keys()].sort().flatMap((name) => {
    const credential = found.get(name)
    return credential === undefined ? [] : [sightOfSeen(credential.ref, credential.seen)]
  })
}

function collect(
  found: Map<string, { readonly ref: CredentialRef; readonly seen: Seen[] }>,
  exchange: Exchange | undefined,
  secret: SecretDescription,
): void {
  const parsed = parseSecretName(secret.name)
  if (parsed === null || (exchange !== undefined && parsed.ref.exchange !== exchange)) return
  const { member, ref } = parsed
  const key = secretName(ref, 'api_key')
  const credential = found.get(key) ?? { ref, seen: [] }
  credential.seen.push({ member, name: secret.name, secret })
  found.set(key, credential)
}

function sightOfSeen(ref: CredentialRef, seen: readonly Seen[]): Sight {
  const pair = lookOf(ref, 'pair', seen)
  return choose(pair, ref.suffix === null ? lookOf(ref, 'json', seen) : null)
}

/**
 * @returns the refusal where not even one of the names may be described: under a pattern of resources AWS may answer so
 *   for an environment that has no secrets
 */
async function conventional(
  store: SecretStore,
  filter: ListFilter,
  env: Environment,
  call: Call,
): Promise<Looked> {
  const exchanges = filter.exchange === undefined ? EXCHANGES : [filter.exchange]
  const refs = exchanges.map((exchange) =>
    credentialRef({ namespace: filter.namespace, env, exchange }),
  )
  const results = await Promise.allSettled(refs.map((ref) => sightOf(store, ref, call)))
  const failed = results.filter((result) => result.status === 'rejected')
  const broken = failed.find(({ reason }) => errorCode(reason) !== 'DENIED')
  if (broken !== undefined) throw broken.reason
  const refusal: unknown = failed[0]?.reason
  if (failed.length === results.length && refusal instanceof SecretsError) return refusal
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}
