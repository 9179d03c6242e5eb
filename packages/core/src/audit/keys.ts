import type { Environment } from '../credential/exchange.ts'
import type { Call } from '../runtime/call.ts'

/** Where a key of the chain is kept: inside the vault, or in a file of the home (`memory`, `aws`). */
export type AuditKeyId = 'vault' | 'home'

export interface AuditKey {
  readonly id: AuditKeyId
  readonly key: Uint8Array
}

/** The keys of an environment's chain, which may mix them: break-glass in memory goes on with the file backend's log. */
export interface AuditKeys {
  /** The key that this process appends with; made where there is none. */
  current(env: Environment, call: Call): Promise<AuditKey>
  /** A key that records name, never made here; null: this process has none. */
  find(env: Environment, id: AuditKeyId, call: Call): Promise<AuditKey | null>
}
