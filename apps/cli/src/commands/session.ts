import type {
  CredentialRef,
  CredentialRefParts,
  CredentialState,
  ListAsk,
  StatusRow,
} from '@mm-secrets/core'
import {
  ADMIN_NAMESPACE,
  ENVIRONMENTS,
  formatRef,
  parseEnvironment,
  parseExchange,
  resolveRef,
  rotationDays,
  SecretsError,
  statusRow,
} from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import { mayAsk } from '../input/terminal.ts'
import { refOptions } from '../output/messages.ts'
import type { CredentialFlags, OutputFlags } from './flags.ts'

/** Opens what the command works on. */
export async function openSession(cli: CliContext, flags: OutputFlags): Promise<Session> {
  return cli.terminal.openSession(cli.terminal, mayAsk(cli.terminal, flags))
}

/** The credential that the options and the environment name. */
export function namedRef(
  { settings }: Session,
  flags: CredentialFlags,
  use: 'read' | 'write',
): CredentialRef {
  const { account, admin, env, exchange, suffix } = flags
  const asked: Partial<CredentialRefParts> = {
    exchange,
    ...(env === undefined ? {} : { env }),
    ...(account === undefined ? {} : { account }),
    ...(suffix === undefined ? {} : { suffix }),
    ...(admin === true ? { namespace: ADMIN_NAMESPACE } : {}),
  }
  return resolveRef(settings, asked, use)
}

/** @throws NOT_FOUND */
export async function describeExisting(
  { secrets, settings }: Session,
  ref: CredentialRef,
  signal: AbortSignal,
): Promise<CredentialState> {
  const state = await secrets.describe(ref, { signal })
  if (state === null || (state.condition === 'absent' && state.deletedUntil === null)) {
    throw notFound({ settings }, ref)
  }
  return state
}

export function notFound(
  { settings }: Pick<Session, 'settings'>,
  ref: CredentialRef,
): SecretsError {
  // Another region or account looks like one where nothing was ever saved.
  const place =
    settings.backend === 'aws' ? '; see also that AWS region and profile are the right ones' : ''
  return new SecretsError('NOT_FOUND', `There is no ${formatRef(ref)}.`, {
    hint: `mm-secrets list shows what there is${place}; to store it: mm-secrets save ${refOptions(ref)}`,
  })
}

/** The credential under the rotation policy. */
export function judged({ settings }: Session, state: CredentialState, now: number): StatusRow {
  return statusRow(state, rotationDays(settings, state.ref.env, state.ref.exchange), now)
}

/** Everything that is listed, in order of environment and name. */
export async function listAll(
  { secrets }: Session,
  flags: { readonly env?: string | undefined; readonly exchange?: string | undefined },
  signal: AbortSignal,
): Promise<readonly CredentialState[]> {
  const states: CredentialState[] = []
  for await (const page of secrets.list(scope(flags), { signal })) states.push(...page)
  return states.sort(byName)
}

function scope(flags: {
  readonly env?: string | undefined
  readonly exchange?: string | undefined
}): ListAsk {
  return {
    ...(flags.env === undefined ? {} : { env: parseEnvironment(flags.env) }),
    ...(flags.exchange === undefined ? {} : { exchange: parseExchange(flags.exchange) }),
  }
}

function byName(a: CredentialState, b: CredentialState): number {
  const order = ENVIRONMENTS.indexOf(a.ref.env) - ENVIRONMENTS.indexOf(b.ref.env)
  if (order !== 0) return order
  return formatRef(a.ref) < formatRef(b.ref) ? -1 : 1
}
