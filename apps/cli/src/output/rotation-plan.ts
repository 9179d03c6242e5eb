import type { CredentialState, Members } from '@mm-secrets/core'
import { formatRef, memberEntries } from '@mm-secrets/core'
import type { Terminal } from '../context.ts'
import { credentialFields } from './credential-fields.ts'
import { jsonLine } from './json.ts'
import { wantsJson } from './messages.ts'
import { shortId } from './write-report.ts'

/** A rotation that is only shown. */
export interface RotationPlan {
  readonly action: 'rotate' | 'promote' | 'rollback'
  readonly base: CredentialState
  readonly members: Members
}

/** Prints what would be written, masked. */
export function reportPlan(
  terminal: Pick<Terminal, 'stdout'>,
  flags: { readonly json?: boolean | undefined },
  { action, base, members }: RotationPlan,
): void {
  const masked = memberEntries(base.ref.exchange, members).map(
    ([keyType, value]) => [keyType, value.toString()] as const,
  )
  if (wantsJson(terminal, flags)) {
    terminal.stdout.write(
      jsonLine({
        ...credentialFields(base.ref),
        action,
        dryRun: true,
        layout: base.layout,
        members: Object.fromEntries(masked),
        versionId: base.current,
      }),
    )
    return
  }
  const current = base.current === null ? 'nothing' : `version ${shortId(base.current)}`
  const lines = [
    `Would ${action === 'rollback' ? 'roll back' : action} ${formatRef(base.ref)}, which has ${current}, to:`,
    ...masked.map(([keyType, value]) => `  ${keyType}  ${value}`),
    'Nothing was written.',
    '',
  ]
  terminal.stdout.write(lines.join('\n'))
}
