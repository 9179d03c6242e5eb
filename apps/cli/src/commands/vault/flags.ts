import type { Environment } from '@mm-secrets/core'
import { parseEnvironment } from '@mm-secrets/core'
import type { FlagParametersForType } from '@stricli/core'
import type { CliContext, Session } from '../../context.ts'
import type { OutputFlags } from '../flags.ts'
import { asTyped, outputFlags } from '../flags.ts'

/** For whatever concerns one vault as a whole. */
export interface VaultFlags extends OutputFlags {
  readonly env?: string | undefined
}

export const vaultFlags: FlagParametersForType<VaultFlags, CliContext> = {
  env: {
    kind: 'parsed',
    parse: asTyped,
    optional: true,
    placeholder: 'ENV',
    brief: 'dev, shadow, soak or prod (default: MM_ENV, else dev)',
  },
  ...outputFlags,
}

export function namedEnvironment({ settings }: Session, { env }: VaultFlags): Environment {
  return env === undefined ? (settings.pin ?? 'dev') : parseEnvironment(env)
}
