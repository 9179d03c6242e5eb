import type { CredentialSearch } from './credential-search.ts'
import { credentialSearch } from './credential-search.ts'
import type { Credentials } from './persist.ts'

/**
 * Where the clients of several services have their credentials from: the first that is made searches, the others take
 * what it found. With a search each, whoever STS was asked about need not be whoever reads the secrets.
 */
export interface CredentialSource {
  readonly search: CredentialSearch
  /** That of the first client; the SDK keeps what it found while it is good. */
  provider: (() => Promise<Credentials>) | null
}

/** @param profile where credentials are taken from; null: the SDK's own chain */
export function credentialSource(profile: string | null): CredentialSource {
  return { search: credentialSearch(profile), provider: null }
}
