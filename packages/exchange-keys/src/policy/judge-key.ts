import type { Environment, Instant, Metadata } from '@mm-secrets/core'
import { rotationDays } from '@mm-secrets/core'
import type { KeyFacts } from '../facts/key-facts.ts'
import type { RuleVerdict } from './rule-verdict.ts'
import { RULES } from './rules.ts'

/**
 * What the policy says of a key: one verdict for each rule of its environment, always in the same order.
 *
 * @param recorded what is on record of the version
 * @param now milliseconds since the epoch
 * @param periodDays how old the key may grow. @default the rotation policy's own
 */
export function judgeKey(
  facts: KeyFacts,
  env: Environment,
  recorded: Pick<Metadata, 'site' | 'createdAt'>,
  now: Instant,
  periodDays: number = rotationDays({ environments: {} }, env, facts.exchange),
): readonly RuleVerdict[] {
  return RULES.flatMap(({ name, levels, judge }) => {
    const level = levels[env]
    if (level === null) return []
    return [{ rule: name, level, ...judge({ facts, recorded, now, periodDays }) }]
  })
}
