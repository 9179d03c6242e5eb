import type { AuditHead } from '../../audit/event.ts'
import type { Call } from '../../runtime/call.ts'
import type { Identities } from './identities.ts'
import type { VaultFolder } from './vault-folder.ts'
import type { VaultReader } from './vault-reader.ts'
import type { VaultWriter } from './vault-writer.ts'
import type { OpenedVersion } from './version-file.ts'

/** The vault of one environment, and all that works on it. */
export interface Vault {
  readonly folder: VaultFolder
  readonly identities: Identities
  readonly reader: VaultReader
  readonly writer: VaultWriter
  /** What the identity in use is called where it is not in the list yet. */
  readonly ownLabel: string
  /** ISO 8601 */
  now(): string
  /** Where the audit chain of this machine stands, for the version after `base`; null: there is no log yet. */
  auditHeadAfter(base: OpenedVersion | null, call: Call): Promise<AuditHead | null>
}
