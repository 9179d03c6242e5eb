import type { CredentialRef } from '@mm-secrets/core'
import { ADMIN_NAMESPACE, printable } from '@mm-secrets/core'
import type { Terminal } from '../context.ts'
import type { OutputFlags } from '../commands/flags.ts'
import { statement } from './statement.ts'
import { styleFor } from './style.ts'

type Streams = Pick<Terminal, 'stderr' | 'env'>

/** Something that the person should mend. One line on stderr, more where a terminal is too narrow. */
export function warn({ env, stderr }: Streams, text: string): void {
  const style = styleFor(stderr.isTty, env)
  stderr.write(statement(stderr, 'warning:', style.yellow, printable(text)))
}

/** Something that the person should know next. One line on stderr, more where a terminal is too narrow. */
export function note({ env, stderr }: Streams, text: string): void {
  const style = styleFor(stderr.isTty, env)
  stderr.write(statement(stderr, 'note:', style.dim, printable(text)))
}

/** Whether the data goes to a program. */
export function wantsJson(terminal: Pick<Terminal, 'stdout'>, flags: OutputFlags): boolean {
  return flags.json === true || !terminal.stdout.isTty
}

/** The options that name a credential, to be pasted behind a command. */
export function refOptions(ref: CredentialRef): string {
  const options = [`--env ${ref.env}`, `--exchange ${ref.exchange}`]
  if (ref.account !== null) options.push(`--account ${ref.account}`)
  if (ref.suffix !== null) options.push(`--suffix=${ref.suffix}`)
  if (ref.namespace === ADMIN_NAMESPACE) options.push('--admin')
  return options.join(' ')
}
