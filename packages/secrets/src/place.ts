import type { AuditLog, OpenedBackend } from '@mm-secrets/core'

/** Where credentials are kept, and the audit log whose chain goes with them. */
export interface Place {
  readonly log: AuditLog
  open(): Promise<OpenedBackend>
}
