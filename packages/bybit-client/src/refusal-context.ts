import type { Redacted } from '@mm-secrets/core'
import type { ClockOffset } from './clock-offset.ts'

/** Of what a refusal is told. */
export interface RefusalContext {
  /** `/v5/user/query-api` */
  readonly path: string
  /** Whose key signed: `shadow/bybit`; null: the request was not signed. */
  readonly subject: string | null
  /** Where it was sent. */
  readonly host: string
  /** The site on record, in words: `mainnet, since none was given`. */
  readonly site: string
  readonly recvWindowMs: number
  /** Measured by this answer. */
  readonly offset: ClockOffset | null
  readonly values: readonly Redacted[]
}
