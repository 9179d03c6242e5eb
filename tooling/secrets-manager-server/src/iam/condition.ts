import { operators, type Operator } from './condition-operators.ts'
import type { RequestContext } from './request-context.ts'
import type { Variables } from './pattern.ts'

/** One operator over one key. */
export interface ConditionClause {
  /** A key of `operators`, in lower case, or 'null'. */
  readonly operator: string
  readonly quantifier: 'forallvalues' | 'foranyvalue' | null
  /** A key that the request does not have fulfils the clause. */
  readonly ifExists: boolean
  readonly key: string
  /** One of them is enough; of a negated operator none may fit. */
  readonly values: readonly string[]
}

/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function holds(
  clause: ConditionClause,
  context: RequestContext,
  variables: Variables | null,
): boolean {
  const present = context.values(clause.key)
  if (clause.operator === 'null') {
    return clause.values.some((value) => (value.toLowerCase() === 'true') === (present === null))
  }
  const operator = operators[clause.operator]
  if (operator === undefined) return false
  if (present === null || present.length === 0) return holdsForNothing(clause, operator)
  const fits = (value: string): boolean =>
    clause.values.some((wanted) => operator.test(value, wanted, variables)) !== operator.negated
  // Without a quantifier a key of several values is compared as one of a set: any may fit, and none where negated.
  const every =
    clause.quantifier === 'forallvalues' || (clause.quantifier === null && operator.negated)
  return every ? present.every(fits) : present.some(fits)
}

function holdsForNothing(clause: ConditionClause, operator: Operator): boolean {
  if (clause.ifExists || clause.quantifier === 'forallvalues') return true
  return clause.quantifier === null && operator.negated
}
