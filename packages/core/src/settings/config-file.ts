import type { Environment, Exchange } from '../credential/exchange.ts'
import { CONFIG_SCHEMA } from './config-schema.ts'
import { checkSchema } from './schema-check.ts'
import type { AuditSinkName, EnvironmentSettings, Settings } from './settings.ts'

/** `config.json` as it is written, once `CONFIG_SCHEMA` has let it through. */
interface ConfigFile {
  readonly environments?: Readonly<Partial<Record<Environment, EnvironmentConfig>>>
}

interface EnvironmentConfig {
  readonly account_id?: string
  readonly profile?: string
  readonly region?: string
  readonly kms_key?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly rotation_days?: Readonly<Partial<Record<Exchange, number>>>
  readonly audit_sinks?: readonly AuditSinkName[]
  readonly identity?: 'plain' | 'passphrase'
}

/**
 * What `config.json` says of each environment.
 *
 * @param config the file's JSON
 * @param file its path, for messages
 * @throws CONFIG naming the key's path: unknown (with a suggestion), or of a wrong type or form
 */
export function parseConfig(config: unknown, file: string): Settings['environments'] {
  checkSchema(config, CONFIG_SCHEMA, '', file)
  const { environments = {} } = config as ConfigFile
  return Object.fromEntries(
    Object.entries(environments).map(([env, content]) => [env, environmentSettings(content)]),
  )
}

function environmentSettings(config: EnvironmentConfig): EnvironmentSettings {
  const { account_id, kms_key, rotation_days, audit_sinks, ...same } = config
  return {
    ...same,
    ...(account_id === undefined ? {} : { accountId: account_id }),
    ...(kms_key === undefined ? {} : { kmsKey: kms_key }),
    ...(rotation_days === undefined ? {} : { rotationDays: rotation_days }),
    ...(audit_sinks === undefined ? {} : { auditSinks: audit_sinks }),
  }
}
