import type { Verdict } from './evaluate.ts'

export interface Denial {
  /** ARN of the user or of the role's session. */
  readonly callerArn: string
  readonly action: string
  /** As the caller wrote it; '*' where the action takes no resource, and then it is not told. */
  readonly resource: string
  readonly verdict: Extract<Verdict, { allowed: false }>
}

/**
 * The words of AWS.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialMessage({ callerArn, action, resource, verdict }: Denial): string {
  const asked = `User: ${callerArn} is not authorized to perform: ${action}`
  const on = resource === '*' ? '' : ` on resource: ${resource}`
  const article = verdict.by === 'identity-based policy' ? 'an' : 'a'
  const because = verdict.explicit
    ? `with an explicit deny in ${article} ${verdict.by}`
    : `because no ${verdict.by} allows the ${action} action`
  return `${asked}${on} ${because}`
}
