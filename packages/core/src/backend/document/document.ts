import type { AuditHead } from '../../audit/event.ts'
import type { Environment } from '../../credential/exchange.ts'
import type { Call } from '../../runtime/call.ts'

/** All credentials of one environment, replaced as a whole. */
export interface VaultDocument {
  /** Key of the audit chain, base64 of 32 random bytes, made with the document. */
  readonly auditKey: string
  /** Where the audit chain stood when this document was written. */
  readonly auditHead: AuditHead | null
  /** By the name of the credential's anchor; the shape is `documentBackend`'s own. */
  readonly credentials: Readonly<Record<string, unknown>>
}

/** The port under memory and file: one document for each environment, with a revision to compare and swap. */
export interface DocumentStore {
  read(
    env: Environment,
    call: Call,
  ): Promise<{ readonly document: VaultDocument; readonly revision: number } | null>
  /**
   * Replaces the document that was read at `revision` (0: there was none). The store keeps `auditKey` once it is set
   * and records the audit head of the moment.
   *
   * @returns false: someone was first; `documentBackend` reads again and reapplies its pure step
   */
  replace(
    env: Environment,
    document: Pick<VaultDocument, 'credentials'>,
    revision: number,
    call: Call,
  ): Promise<boolean>
}
