import type { Environment } from '../../credential/exchange.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { parseSecretName } from '../../credential/name.ts'
import { printable } from '../../errors/printable.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import { checkCall } from '../../runtime/call.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { CredentialState, ListFilter } from '../port.ts'
import { isGone } from './deletion.ts'
import type { DocumentStore, VaultDocument } from './document.ts'
import { parseStored } from './parse-stored.ts'
import { credentialState } from './state.ts'

const MAX_PER_PAGE = 500

/** Pages of each environment in turn, sorted by name; an environment is opened when its first page is asked for. */
export async function* listCredentials(
  documents: DocumentStore,
  clock: Clock,
  filter: ListFilter,
  call: Call,
): AsyncIterable<readonly CredentialState[]> {
  for (const env of new Set(filter.envs)) {
    const doing = `listing the credentials of ${env}`
    checkCall(call, clock, doing)
    const found = await documents.read(env, call)
    const names = found === null ? [] : namesIn(found.document, clock)
    let page: CredentialState[] = []
    for (const name of names) {
      const ref = refOf(name, env)
      if (ref.namespace !== filter.namespace) continue
      if (filter.exchange !== undefined && ref.exchange !== filter.exchange) continue
      const stored = parseStored(ref, found?.document.credentials[name])
      page.push(credentialState(ref, stored))
      if (page.length < MAX_PER_PAGE) continue
      yield Object.freeze(page)
      checkCall(call, clock, doing)
      page = []
    }
    if (page.length > 0) yield Object.freeze(page)
  }
}

function namesIn(document: VaultDocument, clock: Clock): readonly string[] {
  const now = clock.now()
  return Object.keys(document.credentials)
    .filter((name) => !isGone(document.credentials[name], now))
    .sort()
}

function refOf(name: string, env: Environment): CredentialRef {
  const parsed = parseSecretName(name)
  if (parsed !== null && parsed.member === 'api_key' && parsed.ref.env === env) return parsed.ref
  throw new SecretsError(
    'CORRUPT',
    `The store of ${env} has an entry that is not one of its credentials: ${printable(name)}.`,
    {
      hint: 'Was it written by a newer mm-secrets? Then update this one; else put back a backup.',
    },
  )
}
