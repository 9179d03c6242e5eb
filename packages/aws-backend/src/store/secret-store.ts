import type { SecretStore } from '@mm-secrets/core'
import type { SecretsManagerOptions } from '../client/secrets-manager.ts'
import { secretsManager } from '../client/secrets-manager.ts'
import type { NewSecrets } from './create.ts'
import { creator } from './create.ts'
import { datesOf } from './dates.ts'
import { deleter, restorer } from './deletion.ts'
import { describer } from './describe.ts'
import { getter } from './get.ts'
import { lister } from './list.ts'
import { labelMover } from './move-label.ts'
import { putter } from './put.ts'
import { tagger } from './tag.ts'

export interface AwsSecretStoreOptions extends SecretsManagerOptions, NewSecrets {}

/**
 * AWS Secrets Manager as a store of labelled secrets. The SDK is loaded at the first request.
 *
 * Every error is a `SecretsError` that names the secret and the region: DENIED, STORE_CREDENTIALS, UNAVAILABLE past the
 * deadline, INTERRUPTED, CONFLICT for a secret that is scheduled for deletion, CONFIG for a wrong region, endpoint or
 * clock, USAGE and INVALID_VALUE before anything is sent.
 */
export function awsSecretStore(options: AwsSecretStoreOptions): SecretStore {
  const aws = secretsManager(options)
  const describe = describer(aws)
  return {
    get: getter(aws, options),
    describe,
    list: lister(aws, describe),
    dates: datesOf(aws),
    create: creator(aws, options, describe),
    put: putter(aws, describe),
    moveLabel: labelMover(aws, describe),
    tag: tagger(aws, describe),
    delete: deleter(aws, describe, options.clock),
    restore: restorer(aws, describe),
  }
}
