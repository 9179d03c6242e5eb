import type { Clock, Env } from '@mm-secrets/core'
import type { CredentialSource } from './client/credential-source.ts'

/** Where on AWS, as whom, and with which means: what every part of this package needs. */
export interface AwsOptions {
  /** null: `AWS_REGION` of `env`, the profile's own, that of the machine's instance metadata, else us-east-1. */
  readonly region: string | null
  /** null: `AWS_PROFILE` of `env`, else the SDK's default chain of credentials. */
  readonly profile: string | null
  /**
   * The environment's variables. The SDK is handed from here: region, profile, access key, session token, endpoint.
   * What else it knows it reads from the process itself: `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`, and those of
   * web identity, containers and instance metadata.
   */
  readonly env: Env
  /** Given to several parts, they act as the same caller. @default each part searches for credentials of its own */
  readonly source?: CredentialSource
  readonly clock: Clock
  /** Gives so many random bytes, for the jitter between attempts. */
  readonly randomness: (bytes: number) => Uint8Array
  /** How long the first attempt of a request may take; later ones may take up to four times as long. @default 2000 */
  readonly attemptMs?: number
}
