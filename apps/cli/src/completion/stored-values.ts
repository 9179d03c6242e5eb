import type { CredentialState, Environment, Settings } from '@mm-secrets/core'
import {
  ENVIRONMENTS,
  EXCHANGES,
  formatRef,
  KEY_TYPES,
  parseEnvironment,
  parseExchange,
  permittedEnvironments,
} from '@mm-secrets/core'
import type { Session } from '../context.ts'
import { listAll } from '../commands/session.ts'
import type { Candidate, ValuesOf } from './candidates.ts'
import type { Given } from './position.ts'

/** A store far away must not keep a person waiting for a key. */
const PATIENCE_MS = 1500

/**
 * The words of environments and exchanges, and of the credentials that are stored: their accounts, suffixes, labels and
 * the tickets of half saves. Metadata alone is read, of one environment.
 */
export function storedValues(openSession: () => Promise<Session>, signal: AbortSignal): ValuesOf {
  const states = async (given: Given): Promise<readonly CredentialState[]> => {
    const session = await openSession()
    const { env, exchange } = scopeOf(session.settings, given)
    const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
    return listAll(session, { env, ...(exchange === undefined ? {} : { exchange }) }, until)
  }

  return async ({ given, option }) => {
    switch (option.name) {
      case 'env':
        return (await environments(openSession)).map(bare)
      case 'exchange':
        return EXCHANGES.map(bare)
      case 'key-type':
        return keyTypes(given).map(bare)
      case 'account':
        return distinct(await states(given), ({ ref }) => [ref.account])
      case 'suffix':
      case 'from-suffix':
        return distinct(await states(given), ({ ref }) =>
          matchesAccount(ref.account, given) ? [ref.suffix] : [],
        )
      case 'credential':
        return distinct(await states(given), ({ ref }) =>
          ref.suffix === null
            ? [ref.account === null ? ref.exchange : `${ref.exchange}@${ref.account}`]
            : [],
        )
      case 'complete':
        return distinct(await states(given), ({ pending }) =>
          pending.filter(({ missing }) => missing.length > 0).map(({ versionId }) => versionId),
        )
      default:
        return []
    }
  }
}

/** Where the settings are broken, all are offered: the command then says what is wrong. */
async function environments(openSession: () => Promise<Session>): Promise<readonly Environment[]> {
  try {
    return permittedEnvironments((await openSession()).settings)
  } catch {
    return ENVIRONMENTS
  }
}

function keyTypes(given: Given): readonly string[] {
  const exchange = given.get('exchange')
  if (exchange !== undefined) return KEY_TYPES[parseExchange(exchange)]
  return [...new Set(EXCHANGES.flatMap((each) => KEY_TYPES[each]))]
}

/** One environment, as the commands choose it: opening one never opens another. */
function scopeOf(
  { pin }: Settings,
  given: Given,
): { readonly env: Environment; readonly exchange: string | undefined } {
  const env = given.get('env')
  return {
    env: env === undefined ? (pin ?? 'dev') : parseEnvironment(env),
    exchange: given.get('exchange'),
  }
}

function distinct(
  states: readonly CredentialState[],
  wordsOf: (state: CredentialState) => readonly (string | null)[],
): readonly Candidate[] {
  const found = new Map<string, string[]>()
  for (const state of states) {
    if (state.deletedUntil !== null) continue
    for (const word of wordsOf(state)) {
      if (word !== null) found.set(word, [...(found.get(word) ?? []), formatRef(state.ref)])
    }
  }
  return [...found].map(([word, refs]) => ({ word, brief: refs.join(', ') }))
}

function matchesAccount(account: string | null, given: Given): boolean {
  const wanted = given.get('account')
  return wanted === undefined || wanted === account
}

function bare(word: string): Candidate {
  return { word, brief: '' }
}
