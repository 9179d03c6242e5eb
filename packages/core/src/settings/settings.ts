import type { Environment, Exchange } from '../credential/exchange.ts'
import type { Account, Namespace, SecretName, Suffix } from '../credential/name.ts'
import type { Redacted } from '../credential/redacted.ts'

export const BACKENDS = ['memory', 'file', 'aws'] as const
export type BackendName = (typeof BACKENDS)[number]

export const AUDIT_SINKS = ['file', 'stderr'] as const
export type AuditSinkName = (typeof AUDIT_SINKS)[number]

/** What `config.json` may say of one environment. */
export interface EnvironmentSettings {
  /** A caller from another AWS account is refused. */
  readonly accountId?: string
  readonly profile?: string
  readonly region?: string
  readonly kmsKey?: string
  readonly tags?: Readonly<Record<string, string>>
  /** @default the policy's own periods */
  readonly rotationDays?: Readonly<Partial<Record<Exchange, number>>>
  readonly auditSinks?: readonly AuditSinkName[]
  /** How a new identity of the file backend is kept. @default 'plain' */
  readonly identity?: 'plain' | 'passphrase'
}

/** The environment's variables and `config.json`, checked. */
export interface Settings {
  readonly backend: BackendName
  /** false: `file` by default, so exchange variables may answer for `dev` where the vault has nothing. */
  readonly backendNamed: boolean
  /** The environment that this process is pinned to. */
  readonly pin: Environment | null
  readonly ci: 'none' | 'ci' | 'github'
  readonly namespace: Namespace
  readonly account: Account | null
  readonly suffix: Suffix | null
  /** Absolute path of the folder of vaults, identities, audit logs and `config.json`. */
  readonly home: string
  /** `AWS_REGION`, else `AWS_DEFAULT_REGION`: where `config.json` names no region for an environment. */
  readonly region: string | null
  /** `AWS_PROFILE`: where `config.json` names no profile for an environment. */
  readonly profile: string | null
  /** Replaces the exchanges' hosts, for trying things against a server on this machine: an origin on loopback. */
  readonly exchangeEndpoint: string | null
  /** `environments[env]?.auditSinks ?? auditSinks` is what counts: `MM_AUDIT_SINKS` removes the former. */
  readonly auditSinks: readonly AuditSinkName[]
  /**
   * What the memory backend starts with: `MM_FAKE_SECRETS_JSON` and the exchange variables. Where no backend is named,
   * the exchange variables alone, for `dev`. Where `file` or `aws` is named, empty.
   */
  readonly seed: ReadonlyMap<SecretName, Redacted>
  /** Absolute path of an identity kept elsewhere. */
  readonly identityFile: string | null
  /** Absolute path of the file that holds the passphrase of an identity. */
  readonly identityPassphraseFile: string | null
  readonly environments: Readonly<Partial<Record<Environment, EnvironmentSettings>>>
}
