import type { Instant } from '@mm-secrets/core'
import type { KeyFacts } from '../facts/key-facts.ts'
import type { RefusalReason } from './reason.ts'

/** A refusal as the exchange put it. */
export interface Refusal {
  readonly code: string
  readonly said: string
}

/** What is asked of one exchange, and how its answers are read. */
export interface Inquiry {
  readonly timePath: string
  /** @returns null where the answer is not as documented */
  readTime(body: unknown): Instant | null
  readonly keyPath: string
  /** @returns null where the answer is none */
  readRefusal(body: unknown): Refusal | null
  readonly reasons: Readonly<Record<string, RefusalReason>>
  /** @returns null where the answer is not as documented */
  readFacts(body: unknown, site: string): KeyFacts | null
  /** Of the key that the answer describes, where it says so. */
  readKey(body: unknown): string | null
  /** Who owns the key, where that is told elsewhere. */
  readonly owner?: {
    readonly path: string
    readonly query: string
    read(body: unknown): string | null
  }
}
