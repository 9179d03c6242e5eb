import type { FlagParametersForType } from '@stricli/core'
import type { CliContext } from '../../context.ts'
import type { OutputFlags } from '../flags.ts'
import { asTyped, outputFlags } from '../flags.ts'

export interface AuditFlags extends OutputFlags {
  readonly env?: string | undefined
}

export const auditFlags: FlagParametersForType<AuditFlags, CliContext> = {
  env: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'ENV',
    brief: 'Only this environment (default: every one that is permitted)',
  },
  ...outputFlags,
}
