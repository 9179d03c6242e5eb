import { iamAuthorizer } from './iam/iam-authorizer.ts'
import type { PoliciesFile } from './iam/policies-file.ts'
import { allowAll, type Authorizer } from './service/authorizer.ts'
import type { Clock } from './service/clock.ts'
import { DEFAULT_ACCESS_KEY, type AccessKey } from './sigv4/access-key.ts'

export interface AccessOptions {
  /** These may do everything. @default test / test, where there are no policies */
  readonly accessKeys?: readonly AccessKey[]
  /** Access keys that may do what their policies allow. */
  readonly policies?: PoliciesFile
  /** Decides instead of the policies. */
  readonly authorizer?: Authorizer
}

export interface Access {
  readonly accessKeys: readonly AccessKey[]
  readonly authorizer: Authorizer
}

/** Who may sign, and who decides what they may do. */
export function access(options: AccessOptions, clock: Clock): Access {
  const { policies } = options
  if (policies === undefined) {
    return {
      accessKeys: options.accessKeys ?? [DEFAULT_ACCESS_KEY],
      authorizer: options.authorizer ?? allowAll,
    }
  }
  const unlimited = options.accessKeys ?? []
  return {
    accessKeys: [...unlimited, ...policies.accessKeys],
    authorizer: options.authorizer ?? authorizerOf(policies, unlimited, clock),
  }
}

function authorizerOf(
  policies: PoliciesFile,
  unlimited: readonly AccessKey[],
  clock: Clock,
): Authorizer {
  const { attached, missingSecrets } = policies
  const byPolicy = iamAuthorizer({ clock, attached, missingSecrets })
  const free = new Set(unlimited.map(({ accessKeyId }) => accessKeyId))
  return {
    authorize: (request) =>
      free.has(request.caller.accessKeyId) ? { allowed: true } : byPolicy.authorize(request),
  }
}
