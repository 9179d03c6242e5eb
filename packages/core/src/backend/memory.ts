import type { Environment } from '../credential/exchange.ts'
import type { SecretName } from '../credential/name.ts'
import type { Redacted } from '../credential/redacted.ts'
import type { Deps } from '../runtime/deps.ts'
import type { Finding } from '../doctor/finding.ts'
import { fine } from '../doctor/finding.ts'
import { documentBackend } from './document/document-backend.ts'
import type { DocumentStore, VaultDocument } from './document/document.ts'
import { seededDocuments } from './document/seed.ts'
import type { Backend } from './port.ts'

export interface MemoryOptions extends Pick<Deps, 'randomness'> {
  /** What it starts with: members by their own names, or a JSON object of them under the JSON name. @default nothing */
  readonly seed?: ReadonlyMap<SecretName, Redacted>
}

interface StoredText {
  readonly auditKey: string
  readonly credentials: string
  readonly revision: number
}

const AUDIT_KEY_BYTES = 32

/**
 * A backend that forgets everything with the process.
 *
 * @throws CONFIG when the seed holds a name or a JSON object that is none of a credential
 */
export function memoryBackend(options: MemoryOptions & Pick<Deps, 'clock'>): Backend {
  return documentBackend(memoryDocuments(options), options)
}

/**
 * Documents in memory, kept as text, so that nobody holds a part of what is stored.
 *
 * @throws CONFIG when the seed holds a name or a JSON object that is none of a credential
 */
export function memoryDocuments(options: MemoryOptions): DocumentStore {
  const { randomness, seed = new Map<SecretName, Redacted>() } = options
  const documents = new Map<Environment, StoredText>()

  function put(env: Environment, credentials: VaultDocument['credentials']): void {
    const found = documents.get(env)
    documents.set(env, {
      auditKey: found?.auditKey ?? Buffer.from(randomness(AUDIT_KEY_BYTES)).toString('base64'),
      credentials: JSON.stringify(credentials),
      revision: (found?.revision ?? 0) + 1,
    })
  }

  for (const [env, credentials] of seededDocuments(seed, randomness)) put(env, credentials)

  return {
    read: (env) => {
      const found = documents.get(env)
      if (found === undefined) return Promise.resolve(null)
      const { auditKey, revision } = found
      const credentials = JSON.parse(found.credentials) as VaultDocument['credentials']
      return Promise.resolve({ document: { auditKey, auditHead: null, credentials }, revision })
    },
    replace: (env, { credentials }, revision) => {
      if ((documents.get(env)?.revision ?? 0) !== revision) return Promise.resolve(false)
      put(env, credentials)
      return Promise.resolve(true)
    },
  }
}

/** What the doctor says of it: there is nothing that could be broken. */
export function examineMemory(): Finding {
  return fine('store', 'The memory backend keeps nothing.')
}
