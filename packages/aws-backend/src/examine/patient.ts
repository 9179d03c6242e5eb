import type { AwsSettings, Call, Environment, Identity, Namespace } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import type { LookUp } from '../cloudtrail/cloud-trail.ts'
import type { AwsOptions } from '../options.ts'
import type { Heard } from './heard.ts'

/** What the examination of one environment looks at. */
export interface Patient {
  readonly env: Environment
  readonly namespace: Namespace
  /** What decided region and profile. */
  readonly settings: AwsSettings
  /** Whom the caller must belong to; null: nobody said. */
  readonly accountId: string | null
  readonly options: AwsOptions
  readonly aws: SecretsManager
  readonly heard: Heard
  readonly identify: (call: Call) => Promise<Identity>
  readonly lookUp: LookUp
}
