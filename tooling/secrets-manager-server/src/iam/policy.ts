import type { ConditionClause } from './condition.ts'

/** A policy document that was read and found whole. */
export interface Policy {
  /** Only documents of 2012-10-17 have policy variables. */
  readonly version: '2008-10-17' | '2012-10-17'
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Matcher
  readonly resources: Matcher
  /** All of them must hold. */
  readonly conditions: readonly ConditionClause[]
}

/** `Action`, `Resource`: one pattern must match. `NotAction`, `NotResource`: none may. */
export interface Matcher {
  readonly negated: boolean
  readonly patterns: readonly string[]
}
