import type { Backend, Deps } from '@mm-secrets/core'
import { pairedBackend } from '@mm-secrets/core'
import type { AwsSecretStoreOptions } from './store/secret-store.ts'
import { awsSecretStore } from './store/secret-store.ts'

export interface AwsBackendOptions extends AwsSecretStoreOptions, Pick<Deps, 'warn'> {}

/** Whole credentials on AWS Secrets Manager, by the pair protocol of core. The SDK is loaded at the first request. */
export function awsBackend(options: AwsBackendOptions): Backend {
  return pairedBackend(awsSecretStore(options), options)
}
