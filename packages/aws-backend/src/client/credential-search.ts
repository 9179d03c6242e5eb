import type { Credentials } from './persist.ts'

/** The SDK's search for credentials came to nothing, or to those of somebody else. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials'
  /** What the SDK said on its way. It may hold what a program printed, so it is read and never shown. */
  readonly said: string

  constructor(said: string, cause: unknown) {
    super('No credentials.', { cause })
    this.said = said
  }
}

/** A logger for a client of the SDK. Without one the SDK writes some warnings to the console. */
export interface SdkLogger {
  trace(...line: unknown[]): void
  debug(...line: unknown[]): void
  info(...line: unknown[]): void
  warn(...line: unknown[]): void
  error(...line: unknown[]): void
}

export interface CredentialSearch {
  readonly logger: SdkLogger
  /** @throws NoCredentials */
  credentials(find: () => Promise<Credentials>): Promise<Credentials>
}

/** With this each search begins: the first link of the chain, taken or passed over. */
const BEGIN = /defaultProvider::fromEnv|skipping fromEnv provider/

/** The lines of the chain and its providers. */
const OF_SEARCH = /^@(?:smithy\/property-provider|aws-sdk\/credential-provider)/

/** More than one search says. */
const KEPT_LINES = 60

/**
 * The profile that is named is not there, or its program failed, and the chain goes on all the same. One that is there
 * without credentials may stand for a region alone, and then those of the machine are meant.
 */
const PAST_PROFILE =
  /could not be found in shared credentials file|Command failed|credential_process returned/

/**
 * Follows the SDK's chain of credentials, whose last error says no more than that there were none: why each link gave
 * none is told to the logger alone.
 *
 * @param profile where one is named its credentials are wanted, and not those that the chain goes on to: a machine's
 *   role in place of a mistyped profile would be another identity
 */
export function credentialSearch(profile: string | null): CredentialSearch {
  let said: string[] = []
  const silent = () => undefined
  return {
    logger: {
      trace: silent,
      info: silent,
      warn: silent,
      error: silent,
      debug: (...line) => {
        const text = line.map(String).join(' ')
        if (!OF_SEARCH.test(text)) return
        if (BEGIN.test(text)) said = []
        said = [...said, text].slice(-KEPT_LINES)
      },
    },
    credentials: async (find) => {
      const found = await find().catch((error: unknown) => {
        throw new NoCredentials(said.join('\n'), error)
      })
      const words = said.join('\n')
      if (profile !== null && PAST_PROFILE.test(words)) throw new NoCredentials(words, null)
      return found
    },
  }
}
