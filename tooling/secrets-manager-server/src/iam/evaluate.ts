import { matchesResourceElement } from './arn-pattern.ts'
import { holds } from './condition.ts'
import { matches, pattern, type Variables } from './pattern.ts'
import type { Matcher, Policy, Statement } from './policy.ts'
import { variablesOf, type RequestContext } from './request-context.ts'

export interface Question {
  /** 'secretsmanager:GetSecretValue' */
  readonly action: string
  /** An ARN, or '*' for an action that takes none: then no statement on ARNs applies to it. */
  readonly resource: string
  readonly context: RequestContext
}

/** `by`: the kind of policy that decided. */
export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      readonly explicit: boolean
      readonly by: 'identity-based policy' | 'permissions boundary'
    }

export interface AttachedPolicies {
  readonly policies: readonly Policy[]
  /** Null: none is set, and it limits nothing. */
  readonly boundary: Policy | null
}

/**
 * An explicit deny wins over all; then both the identity's policies and its boundary must allow.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate({ policies, boundary }: AttachedPolicies, question: Question): Verdict {
  const identity = policies.map((policy) => effectOf(policy, question))
  const limit = boundary === null ? 'Allow' : effectOf(boundary, question)
  if (identity.includes('Deny')) return denied(true, 'identity-based policy')
  if (limit === 'Deny') return denied(true, 'permissions boundary')
  if (!identity.includes('Allow')) return denied(false, 'identity-based policy')
  if (limit === null) return denied(false, 'permissions boundary')
  return { allowed: true }
}

type Denied = Extract<Verdict, { allowed: false }>

const denied = (explicit: boolean, by: Denied['by']): Denied => ({ allowed: false, explicit, by })

/** Null: no statement applies. */
function effectOf(policy: Policy, question: Question): Statement['effect'] | null {
  const variables = policy.version === '2012-10-17' ? variablesOf(question.context) : null
  const applying = policy.statements.filter((statement) => applies(statement, question, variables))
  if (applying.some(({ effect }) => effect === 'Deny')) return 'Deny'
  return applying.length > 0 ? 'Allow' : null
}

function applies(statement: Statement, question: Question, variables: Variables | null): boolean {
  const { actions, resources, conditions } = statement
  return (
    matchesAction(actions, question.action) &&
    matchesResource(resources, question.resource, variables) &&
    conditions.every((clause) => holds(clause, question.context, variables))
  )
}

/** Actions have no case, and no variables. */
function matchesAction({ negated, patterns }: Matcher, action: string): boolean {
  const lower = action.toLowerCase()
  const fits = (text: string): boolean => matches(pattern(text.toLowerCase(), null) ?? [], lower)
  return patterns.some(fits) !== negated
}

/** Resources have case. A statement with a variable that has no value applies to nothing. */
function matchesResource(
  { negated, patterns }: Matcher,
  resource: string,
  variables: Variables | null,
): boolean {
  const fits = patterns.map((element) => matchesResourceElement(element, resource, variables))
  if (negated && fits.includes(null)) return false
  return fits.includes(true) !== negated
}
