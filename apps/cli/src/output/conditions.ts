import type { CredentialState, StatusRow } from '@mm-secrets/core'
import { formatRemaining, formatSpan } from './ages.ts'

/** What a person must know of a credential, in words. */
export function conditionWords(state: CredentialState, row: StatusRow, now: number): string {
  switch (row.condition) {
    case 'ambiguous':
      return 'stored in both layouts'
    case 'incomplete':
      return state.missing.length === 0 ? 'nothing saved' : `${state.missing.join(', ')} missing`
    case 'foreign':
      return 'edited by another tool'
    case 'unpaired':
      return 'written by another tool'
    case 'frozen':
      return 'frozen by an incident, rotate it'
    case 'exposed':
      return 'exposed, rotate it'
    case 'pending':
      return 'a new version is pending'
    case 'out-of-step':
      return 'live, out of step for other tools'
    case 'overdue':
      return `overdue by ${formatSpan(now - (row.overdueAt ?? now))}`
    case 'due':
      return `due in ${formatRemaining((row.overdueAt ?? now) - now)}`
    case 'deleted':
      return `deleted, restorable for ${formatRemaining((state.deletedUntil ?? now) - now)}`
    case 'age-unknown':
      return 'of unknown age'
    case 'fine':
      return 'fine'
  }
}
