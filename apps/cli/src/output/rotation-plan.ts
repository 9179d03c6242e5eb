import type { CredentialState, Members } from '@mm-secrets/core'
import { formatRef, memberEntries, printable } from '@mm-secrets/core'
import type { Terminal } from '../context.ts'
import { formatAge } from './ages.ts'
import { credentialFields } from './credential-fields.ts'
import { jsonLine } from './json.ts'
import { wantsJson } from './messages.ts'
import { shortId } from './write-report.ts'

/** A rotation that is only shown. */
export interface RotationPlan {
  readonly action: 'rotate' | 'promote' | 'rollback' | 'adopt'
  readonly base: CredentialState
  readonly members: Members
}

/** Prints what would be written, masked. */
export function reportPlan(
  terminal: Pick<Terminal, 'clock' | 'stdout'>,
  flags: { readonly json?: boolean | undefined },
  { action, base, members }: RotationPlan,
): void {
  const now = terminal.clock.now()
  const masked = memberEntries(base.ref.exchange, members).map(
    ([keyType, value]) => [keyType, value.toString()] as const,
  )
  if (wantsJson(terminal, flags)) {
    terminal.stdout.write(
      jsonLine({
        ...credentialFields(base.ref),
        action,
        asWritten: base.asWritten === null ? null : { ...base.asWritten },
        dryRun: true,
        layout: base.layout,
        members: Object.fromEntries(masked),
        versionId: base.current,
      }),
    )
    return
  }
  if (action === 'adopt') {
    terminal.stdout.write(`${adoptionText(base, members, now)}Nothing was written.\n`)
    return
  }
  const current = base.current === null ? 'nothing' : `version ${shortId(base.current)}`
  const width = Math.max(...masked.map(([keyType]) => keyType.length))
  const lines = [
    `Would ${action === 'rollback' ? 'roll back' : action} ${formatRef(base.ref)}, which has ${current}, to:`,
    ...masked.map(([keyType, value]) => `  ${keyType.padEnd(width)}  ${value}`),
    'Nothing was written.',
    '',
  ]
  terminal.stdout.write(lines.join('\n'))
}

/** What another tool wrote, a line for each member: its mask, its version and the age of that. */
export function adoptionText(base: CredentialState, members: Members, now: number): string {
  const entries = memberEntries(base.ref.exchange, members)
  const width = Math.max(...entries.map(([keyType]) => keyType.length))
  const lines = entries.map(([keyType, value]) => {
    const id = base.asWritten?.[keyType] ?? null
    const version = base.versions.find((each) => each.id === id)
    const age = formatAge(version?.metadata.createdAt ?? null, now)
    return `  ${keyType.padEnd(width)}  ${value.toString()}  ${printable(id ?? '')}  ${age}`
  })
  return `${formatRef(base.ref)}, as another tool wrote it: value, version and its age\n${lines.join('\n')}\n`
}
