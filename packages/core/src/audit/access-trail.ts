import type { CredentialRef, SecretName } from '../credential/name.ts'
import type { Instant } from '../credential/version.ts'
import type { Call } from '../runtime/call.ts'

/**
 * One request for a secret, as the store itself recorded it, whatever tool made it; never a value.
 *
 * Its texts come from outside: callers choose some of them.
 */
export interface AccessEvent {
  /** The record's own, by which it is counted once. */
  readonly id: string
  readonly at: Instant
  /** In the store's words: `GetSecretValue`. */
  readonly action: string
  readonly secret: SecretName
  /** The ARN of the user, or of the role behind a session; a service's name; null: the record does not say. */
  readonly principal: string | null
  /** The name of the session of a role, or of the user. */
  readonly user: string | null
  /** The identity provider through which the session was opened: `token.actions.githubusercontent.com`. */
  readonly federatedBy: string | null
  readonly sourceIp: string | null
  /** Why the store refused or failed; null: it did what was asked. */
  readonly errorCode: string | null
}

export interface Accesses {
  /** Oldest first. */
  readonly events: readonly AccessEvent[]
  /** From when on none is missing: later than was asked where there are more than can be looked up at once. */
  readonly since: Instant
}

/** The log that a store keeps by itself of who asked for what. */
export interface AccessTrail {
  /**
   * The events on all secrets of a credential, in either layout.
   *
   * @param since what is older than the store keeps is not found
   * @throws DENIED, STORE_CREDENTIALS, UNAVAILABLE
   */
  accesses(ref: CredentialRef, since: Instant, call: Call): Promise<Accesses>
}
