import { randomBytes } from 'node:crypto'
import { documentBackend } from '../../src/backend/document/document-backend.ts'
import type { DocumentStore } from '../../src/backend/document/document.ts'
import { memoryDocuments } from '../../src/backend/memory.ts'
import type { Environment } from '../../src/credential/exchange.ts'
import { newCall } from '../../src/runtime/call.ts'
import type { Desk } from '../contract/desk.ts'
import { deskOf } from '../contract/desk.ts'
import type { MovableClock } from '../contract/movable-clock.ts'
import { movableClock } from '../contract/movable-clock.ts'

/** A backend over documents whose traffic is counted, and which a test may disturb. */
export interface Stored {
  readonly desk: Desk
  readonly clock: MovableClock
  readonly documents: DocumentStore
  /** What was asked of the documents so far, in order: `read shadow`, `replace shadow`, `lose shadow`. */
  readonly traffic: string[]
  /** The stored entries of an environment, as its document has them. */
  entries(env: Environment): Promise<Record<string, unknown>>
  /** Puts entries in place of those that are stored. */
  overwrite(env: Environment, entries: Record<string, unknown>): Promise<void>
}

export interface Disturbance {
  /** Runs before each replace that the backend under test asks for, once the document was read. */
  beforeReplace?: () => Promise<void>
}

export function stored(disturbance: Disturbance = {}): Stored {
  const clock = movableClock()
  const documents = memoryDocuments({ randomness: randomBytes })
  const traffic: string[] = []
  const observed: DocumentStore = {
    read: async (env, call) => {
      traffic.push(`read ${env}`)
      return documents.read(env, call)
    },
    replace: async (env, document, revision, call) => {
      await disturbance.beforeReplace?.()
      const written = await documents.replace(env, document, revision, call)
      traffic.push(`${written ? 'replace' : 'lose'} ${env}`)
      return written
    },
  }
  const backend = documentBackend(observed, { clock })
  return {
    desk: deskOf(() => ({ backend, clock, dispose: () => Promise.resolve() })),
    clock,
    documents,
    traffic,
    entries: async (env) => ({
      ...(await documents.read(env, newCall(clock)))?.document.credentials,
    }),
    overwrite: async (env, entries) => {
      const found = await documents.read(env, newCall(clock))
      await documents.replace(env, { credentials: entries }, found?.revision ?? 0, newCall(clock))
    },
  }
}
