import type { AccessTrail } from '@mm-secrets/core'
import type { AwsOptions } from '../options.ts'
import type { CloudTrailOptions } from './cloud-trail.ts'
import { cloudTrail } from './cloud-trail.ts'
import { lookUpEvents } from './look-up.ts'

/** CloudTrail's events on the secrets of a credential. The SDK is loaded at the first question. */
export function awsAccessTrail(options: AwsOptions & Pick<CloudTrailOptions, 'arns'>): AccessTrail {
  return cloudTrail({ lookUp: lookUpEvents(options), clock: options.clock, arns: options.arns })
}
