import type { Environment, Exchange, KeyType, Namespace, Redacted } from '@mm-secrets/core'

/** Which credential a value belongs to, as far as the file says. */
export interface Owner {
  readonly exchange: Exchange
  /** Null: the file does not say. */
  readonly env: Environment | null
  /** As the file writes it, not judged yet; null: none. */
  readonly account: string | null
  readonly suffix: string | null
  readonly site: string | null
  /** Null: ours. */
  readonly namespace: Namespace | null
}

/** Where in the file something stands. */
export interface Place {
  /** What the file calls it: `BYBIT_API_KEY`, `exchange.key`. Never a value. */
  readonly name: string
  /** From 1. */
  readonly line: number
  /** The same as `line`, but for a value of several lines. */
  readonly lastLine: number
}

/** A value of a credential and where it stands. */
export interface Found extends Place {
  readonly owner: Owner
  readonly keyType: KeyType
  /** As it stands in the file, not judged yet. */
  readonly value: Redacted
}

/** Something that looks like a credential and cannot be taken. */
export interface LeftOut extends Place {
  /** Follows the name: `is of an exchange that is not supported`. */
  readonly why: string
}

/** What a file holds, in the order of the file. */
export interface Reading {
  readonly found: readonly Found[]
  readonly leftOut: readonly LeftOut[]
}

/** Of an exchange, of which nothing else is said. */
export function ownerOf(exchange: Exchange, rest: Partial<Owner> = {}): Owner {
  return { exchange, env: null, account: null, suffix: null, site: null, namespace: null, ...rest }
}
