import type { KeyType } from '../../src/credential/exchange.ts'
import type { VersionId } from '../../src/credential/version.ts'
import type { ErrorCode } from '../../src/errors/secrets-error.ts'

/** How a program ended: what it told the person. */
export type Outcome =
  /**
   * A write, resume, rollback or adoption was acknowledged.
   *
   * @property saw what the writer had been shown as current; absent: it was not asked to replace anything
   */
  | { readonly kind: 'live'; readonly id: VersionId; readonly saw?: VersionId | null }
  /** A half save or a held rotation was acknowledged: pending, not live. */
  | {
      readonly kind: 'held'
      readonly id: VersionId
      readonly base: VersionId | null
      readonly members: readonly KeyType[]
    }
  | { readonly kind: 'discarded'; readonly id: VersionId }
  | { readonly kind: 'frozen'; readonly ids: readonly VersionId[] }
  | { readonly kind: 'deleted' | 'restored' | 'done' }
  | {
      readonly kind: 'read'
      readonly id: VersionId
      readonly paired: boolean
      readonly values: Readonly<Partial<Record<KeyType, string>>>
    }
  | { readonly kind: 'absent' }
  /** @property id the version that the person was told of, where the program knew it */
  | {
      readonly kind: 'refused'
      readonly code: ErrorCode
      readonly message: string
      readonly id: VersionId | null
    }
  /** Anything thrown that is not an error of the product. */
  | { readonly kind: 'bug'; readonly message: string }
