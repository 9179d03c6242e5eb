import type { AuthorizationRequest } from '../service/authorizer.ts'
import type { Variables } from './pattern.ts'
import { principal } from './principal.ts'

/** The condition keys of one request. */
export interface RequestContext {
  /** Null: the request has no such key. Names of keys have no case. */
  values(key: string): readonly string[] | null
}

/**
 * The keys that every request has, and those that its operation gave.
 *
 * `aws:SecureTransport` is true: on loopback the request came without TLS, but it stands for one to AWS, and there a
 * client of its endpoints speaks TLS.
 *
 * @param now milliseconds since the epoch
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestContext(request: AuthorizationRequest, now: number): RequestContext {
  const { caller, region, conditions } = request
  const { type, name, arn } = principal(caller.arn)
  const keys = new Map<string, readonly string[]>()
  const put = (key: string, value: string | readonly string[] | null): void => {
    if (value !== null) keys.set(key.toLowerCase(), typeof value === 'string' ? [value] : value)
  }
  put('aws:PrincipalArn', arn)
  put('aws:PrincipalAccount', caller.accountId)
  put('aws:PrincipalType', type)
  put('aws:userid', caller.userId)
  put('aws:username', type === 'User' ? name : null)
  put('aws:RequestedRegion', region)
  put('aws:SecureTransport', 'true')
  put('aws:ViaAWSService', 'false')
  put('aws:CurrentTime', new Date(now).toISOString())
  put('aws:EpochTime', String(Math.floor(now / 1000)))
  for (const [key, value] of Object.entries(conditions)) put(key, value)
  return { values: (key) => keys.get(key.toLowerCase()) ?? null }
}

/** A key of several values cannot stand in a text. */
export function variablesOf(context: RequestContext): Variables {
  return (name) => {
    const values = context.values(name)
    return values?.length === 1 ? (values[0] ?? null) : null
  }
}
