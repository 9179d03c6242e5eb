import { matches, pattern, type Variables } from './pattern.ts'

const FIELDS = 6

/** The six fields of an ARN, or fewer; the last holds all that is left, colons included. */
export function arnFields(text: string): readonly string[] {
  // A colon inside `${aws:username}` parts nothing.
  const masked = text.replaceAll(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(':', '\0'))
  const parts = masked.split(':').map((part) => part.replaceAll('\0', ':'))
  return [
    ...parts.slice(0, FIELDS - 1),
    ...(parts.length < FIELDS ? [] : [parts.slice(FIELDS - 1).join(':')]),
  ]
}

/** Each field by itself: a `*` does not reach over a colon, but in the last field. */
export function matchesArn(written: string, arn: string, variables: Variables | null): boolean {
  const wanted = arnFields(written)
  const have = arnFields(arn)
  if (have.length < FIELDS || wanted.length < FIELDS) return false
  return wanted.every((field, index) => {
    const tokens = pattern(field, variables)
    return tokens !== null && matches(tokens, have[index] ?? '')
  })
}

/**
 * An element of `Resource`. A `*` at the end of a field may reach over colons, any other stays in its field; what an
 * incomplete ARN leaves out may be anything.
 *
 * @param resource an ARN; anything else is met by `*` alone
 * @returns null where a variable has no value
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesResourceElement(
  element: string,
  resource: string,
  variables: Variables | null,
): boolean | null {
  if (element === '*') return true
  const missing = ':*'.repeat(FIELDS - arnFields(element).length)
  const tokens = pattern(element + missing, variables, true)
  return tokens === null ? null : matches(tokens, resource)
}
