/** What one rule says of a key. */
export interface RuleVerdict {
  /** Stable, for programs: 'no-withdrawal'. */
  readonly rule: string
  /** required: a failure is one of the whole check; recommended: it is worth a line. */
  readonly level: 'required' | 'recommended'
  /** unknown: the exchange does not tell, or nothing is on record to compare with. */
  readonly verdict: 'pass' | 'fail' | 'unknown'
  readonly message: string
  /** What to do; null where there is nothing to do. */
  readonly fix: string | null
}

/** A verdict before it is known how much it weighs. */
export type Finding = Omit<RuleVerdict, 'rule' | 'level'>

export function pass(message: string): Finding {
  return { verdict: 'pass', message, fix: null }
}

export function fail(message: string, fix: string): Finding {
  return { verdict: 'fail', message, fix }
}

export function unknown(message: string, fix: string | null): Finding {
  return { verdict: 'unknown', message, fix }
}
