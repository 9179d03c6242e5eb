/** Who an ARN of a caller names. */
export interface Principal {
  readonly type: 'Account' | 'User' | 'AssumedRole'
  /** Of the user or the role; of the account: 'root'. */
  readonly name: string
  /** As `aws:PrincipalArn` has it: of a session it is the ARN of the role. */
  readonly arn: string
  /** Of an assumed role. */
  readonly sessionName: string | null
}

/**
 * @param arn 'arn:aws:iam::123456789012:user/path/name', 'arn:aws:sts::123456789012:assumed-role/role/session',
 * 'arn:aws:iam::123456789012:root'
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export function principal(arn: string): Principal {
  const [, partition = 'aws', account = '', resource = ''] =
    /^arn:([^:]+):(?:iam|sts)::(\d*):(.*)$/.exec(arn) ?? []
  const parts = resource.split('/')
  const last = parts.at(-1) ?? ''
  if (parts[0] === 'assumed-role') {
    const role = parts[1] ?? ''
    const ofRole = `arn:${partition}:iam::${account}:role/${role}`
    return { type: 'AssumedRole', name: role, arn: ofRole, sessionName: last }
  }
  const type = parts[0] === 'user' ? 'User' : 'Account'
  return { type, name: last, arn, sessionName: null }
}
