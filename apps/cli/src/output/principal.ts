/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const IDENTITY = /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):(.+)$/

/** An AWS identity as a person tells it from others: `role/bot (123456789012)`; the whole ARN is for programs. */
export function principalText(arn: string | null): string {
  if (arn === null) return 'unknown'
  const [, account, name] = IDENTITY.exec(arn) ?? []
  return account === undefined || name === undefined ? arn : `${name} (${account})`
}
