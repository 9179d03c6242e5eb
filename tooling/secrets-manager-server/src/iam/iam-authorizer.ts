import type { AuthorizationRequest, Authorizer } from '../service/authorizer.ts'
import type { Clock } from '../service/clock.ts'
import { denialMessage } from './denial.ts'
import { evaluate, type AttachedPolicies } from './evaluate.ts'
import { requestContext } from './request-context.ts'

/**
 * What a name that no secret has is held against the policies as: 'by-name' as the ARN that the name makes, without a
 * suffix, so that `secret:mm-bot/*` reaches it and the answer is ResourceNotFoundException; 'denied' as itself, which
 * only `*` allows. AWS documents neither, and both have been met: a client must bear either.
 */
export type MissingSecrets = 'by-name' | 'denied'

export interface IamOptions {
  readonly clock: Clock
  /** By access key id; a key that is not there may do nothing. */
  readonly attached: ReadonlyMap<string, AttachedPolicies>
  /** @default 'by-name' */
  readonly missingSecrets?: MissingSecrets
}

const NOTHING: AttachedPolicies = { policies: [], boundary: null }

/** Evaluates the identity policies and the boundary of the access key that signed. */
export function iamAuthorizer(options: IamOptions): Authorizer {
  const { clock, attached, missingSecrets = 'by-name' } = options
  return {
    authorize(request) {
      const verdict = evaluate(attached.get(request.caller.accessKeyId) ?? NOTHING, {
        action: request.action,
        resource: evaluatedResource(request, missingSecrets),
        context: requestContext(request, clock.now()),
      })
      if (verdict.allowed) return verdict
      const { action, caller } = request
      const resource = resourceAsWritten(request)
      const message = denialMessage({ callerArn: caller.arn, action, resource, verdict })
      return { allowed: false, message }
    },
  }
}

function evaluatedResource(request: AuthorizationRequest, missing: MissingSecrets): string {
  const { caller, region, resource } = request
  const isName = resource !== '*' && !resource.startsWith('arn:')
  if (!isName || missing === 'denied') return resource
  return `arn:aws:secretsmanager:${region}:${caller.accountId}:secret:${resource}`
}

/** AWS repeats the id of the request, also where it found the secret and evaluated its ARN. */
function resourceAsWritten({ conditions, resource }: AuthorizationRequest): string {
  if (resource === '*') return resource
  const written = conditions['secretsmanager:SecretId'] ?? conditions['secretsmanager:Name']
  return typeof written === 'string' ? written : resource
}
