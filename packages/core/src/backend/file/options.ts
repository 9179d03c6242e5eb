import type { AuditHead } from '../../audit/event.ts'
import type { Environment } from '../../credential/exchange.ts'
import type { Deps } from '../../runtime/deps.ts'

export interface FileDocumentsOptions extends Pick<
  Deps,
  'askPassphrase' | 'clock' | 'fs' | 'randomness' | 'warn'
> {
  /** Absolute path of the folder above the environments. */
  readonly home: string
  /** Absolute path of an identity kept elsewhere: read instead of the environment's own, never made. @default null */
  readonly identityFile?: string | null
  /** Absolute path of the file that holds the passphrase of the identity. @default null: the person is asked */
  readonly identityPassphraseFile?: string | null
  /** How an identity is kept that is made now. @default 'plain' */
  readonly newIdentity?: (env: Environment) => 'plain' | 'passphrase'
  /** What this identity is called among the recipients of a vault that it makes. @default 'owner' */
  readonly ownLabel?: string
  /** How large a version's file may grow. @default 256 MiB, which is also the most that is read */
  readonly maxVaultBytes?: number
  /** Where the audit chain stands, which each version records. */
  readonly auditHead: (env: Environment) => Promise<AuditHead | null>
}
