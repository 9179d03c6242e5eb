import type { KeyFacts } from '../facts/key-facts.ts'
import type { UnknownReason } from './reason.ts'

interface Answered {
  /** The exchange's clock minus this machine's; null: it could not be measured. */
  readonly clockOffsetMs: number | null
}

interface Refused extends Answered {
  /** The exchange's own code, or the HTTP status; null: there was no answer. */
  readonly code: string | null
  /** The exchange's own words, every value in them masked; null: none. */
  readonly said: string | null
  /** What it means. */
  readonly message: string
  /** What to do next. */
  readonly fix: string
}

/** What was learnt of a key. Nothing in it is secret. */
export type KeyAnswer =
  | (Answered & { readonly outcome: 'alive'; readonly facts: KeyFacts })
  | (Refused & {
      readonly outcome: 'dead'
      /** gone: unknown at the site where it is on record. */
      readonly reason: 'expired' | 'gone'
    })
  | (Refused & { readonly outcome: 'unknown'; readonly reason: UnknownReason })
