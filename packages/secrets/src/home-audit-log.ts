import type { AuditLog, Deps, Settings } from '@mm-secrets/core'
import { fileAuditLog, homeAuditKeys } from '@mm-secrets/core'

/** Where no vault of the home keeps it, the key of the audit chain is a file of the home. */
export function homeAuditLog({ home }: Settings, { clock, fs, randomness }: Deps): AuditLog {
  const keys = homeAuditKeys({ home, fs, clock, randomness })
  return fileAuditLog({ home, fs, clock, keys, knownHeads: () => Promise.resolve([]) })
}
