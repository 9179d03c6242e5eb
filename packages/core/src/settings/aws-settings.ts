import type { Environment } from '../credential/exchange.ts'
import type { Settings } from './settings.ts'

/** Who said so: `config.json` of the environment, or a variable of the process. */
type Origin = 'config.json' | 'variable'

/** Where the secrets of one environment are on AWS, as whom they are asked for, and how new ones are made. */
export interface AwsSettings {
  /** null: that of the profile, else us-east-1. */
  readonly region: string | null
  readonly regionFrom: Origin | null
  /** null: the SDK's own chain of credentials. */
  readonly profile: string | null
  readonly profileFrom: Origin | null
  /** null: the account's own key for Secrets Manager. */
  readonly kmsKey: string | null
  /** Put on every secret that is created. */
  readonly tags: Readonly<Record<string, string>>
}

/**
 * What `config.json` says of an environment comes before the variables: it was written for that environment, while
 * `AWS_REGION` and `AWS_PROFILE` are there for every AWS tool of the shell, container or job, and are one for all
 * environments.
 */
export function awsSettings(
  settings: Pick<Settings, 'environments' | 'profile' | 'region'>,
  env: Environment,
): AwsSettings {
  const own = settings.environments[env] ?? {}
  return {
    region: own.region ?? settings.region,
    regionFrom: origin(own.region, settings.region),
    profile: own.profile ?? settings.profile,
    profileFrom: origin(own.profile, settings.profile),
    kmsKey: own.kmsKey ?? null,
    tags: own.tags ?? {},
  }
}

function origin(own: string | undefined, variable: string | null): Origin | null {
  if (own !== undefined) return 'config.json'
  return variable === null ? null : 'variable'
}
