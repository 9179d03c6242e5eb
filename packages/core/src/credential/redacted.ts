import { inspect } from 'node:util'
import type { KeyType } from './exchange.ts'
import { mask } from './mask.ts'
import type { VersionId } from './version.ts'

/** What a value is, and once it is stored where it comes from. */
export interface RedactedOrigin {
  readonly keyType: KeyType
  readonly versionId?: VersionId
}

/**
 * A value in transit. Turned into a string, into JSON or inspected, it shows its mask; only `reveal` gives the value.
 *
 * The value is held in a private field: no enumeration, copy or serialisation reaches it.
 */
export class Redacted {
  readonly #value: string
  /** What the value is, which decides how much its mask shows; null: unknown. */
  readonly keyType: KeyType | null
  /** The version it belongs to, by which a signer tells members of different versions apart; null before it is stored. */
  readonly versionId: VersionId | null

  constructor(value: string, origin?: RedactedOrigin) {
    this.#value = value
    this.keyType = origin?.keyType ?? null
    this.versionId = origin?.versionId ?? null
    Object.freeze(this)
  }

  /** The value itself. Whoever calls this must not print, log or keep it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return mask(this.#value, this.keyType)
  }

  toJSON(): string {
    return this.toString()
  }

  static {
    // Not a method of the class: its computed name could not be declared from this file alone.
    Object.defineProperty(Redacted.prototype, inspect.custom, {
      value(this: Redacted): string {
        return this.toString()
      },
    })
  }
}
