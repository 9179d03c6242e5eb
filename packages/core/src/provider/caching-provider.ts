import type { Credential } from '../credential/credential.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef, secretName } from '../credential/name.ts'
import type { Instant, VersionId } from '../credential/version.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Secrets } from '../session/secrets.ts'

/** What a bot holds: whole credentials, cached for a short while. */
export interface CredentialProvider {
  /** @throws NOT_FOUND, and whatever the store throws */
  getCredential(ref: CredentialRef): Promise<Credential>
  /**
   * The exchange refused this credential: its version is forgotten, the next read asks the store. A newer version
   * that was cached in the meantime stays.
   */
  invalidate(credential: Credential): void
  /** Forgets everything; a read that is under way is not kept either. */
  clearCache(): void
}

/** One read of the store, under way or done. */
interface Entry {
  readonly startedAt: Instant
  readonly read: Promise<Credential>
  /** null: under way. */
  versionId: VersionId | null
  /** Versions that were refused while this read was under way. */
  readonly refused: Set<VersionId>
}

/**
 * Credentials for so many seconds from when their read began, so that a rotation is seen at most that much later.
 *
 * Concurrent reads of one credential share one. Absence and errors are not kept. Values older than that are dropped
 * by the next read of anything.
 *
 * @param ttlSeconds 0 keeps nothing, but still shares a read that is under way. @default 60
 * @throws USAGE when it is not a number of seconds from 0 on
 */
export function cachingProvider(
  secrets: Pick<Secrets, 'read'>,
  clock: Clock,
  ttlSeconds = 60,
): CredentialProvider {
  if (!Number.isFinite(ttlSeconds) || ttlSeconds < 0) {
    throw new SecretsError('USAGE', 'The time to live of the cache is not a number of seconds.', {
      hint: 'Give a number from 0 on, such as 60.',
    })
  }
  /** In the order in which the reads began. */
  const entries = new Map<string, Entry>()

  function isUsable(entry: Entry): boolean {
    if (entry.versionId === null) return true
    const ageMs = clock.now() - entry.startedAt
    // A clock that was set back must not prolong anything.
    return ageMs >= 0 && ageMs < ttlSeconds * 1000
  }

  function dropOld(): void {
    for (const [key, entry] of entries) {
      if (isUsable(entry)) return
      entries.delete(key)
    }
  }

  function entryOf(ref: CredentialRef): Entry {
    const key = secretName(ref, 'api_key')
    const known = entries.get(key)
    if (known !== undefined && isUsable(known)) return known
    dropOld()
    entries.delete(key)
    const entry: Entry = {
      startedAt: clock.now(),
      read: readWhole(ref).then(
        (credential) => {
          entry.versionId = credential.versionId
          if (entry.refused.has(credential.versionId)) forget(key, entry)
          return credential
        },
        (error: unknown) => {
          forget(key, entry)
          throw error
        },
      ),
      versionId: null,
      refused: new Set(),
    }
    entries.set(key, entry)
    return entry
  }

  /** Another read may have taken its place. */
  function forget(key: string, entry: Entry): void {
    if (entries.get(key) === entry) entries.delete(key)
  }

  async function readWhole(ref: CredentialRef): Promise<Credential> {
    const credential = await secrets.read(ref)
    if (credential === null) throw notFound(ref)
    return credential
  }

  return {
    async getCredential(ref) {
      const entry = entryOf(ref)
      const credential = await entry.read
      if (!entry.refused.has(credential.versionId)) return credential
      // Read before it was refused: what is current now is read once more, by all who waited together.
      return entryOf(ref).read
    },
    invalidate({ ref, versionId }) {
      const key = secretName(ref, 'api_key')
      const entry = entries.get(key)
      if (entry === undefined) return
      if (entry.versionId === null) entry.refused.add(versionId)
      else if (entry.versionId === versionId) entries.delete(key)
    },
    clearCache() {
      entries.clear()
    },
  }
}

function notFound(ref: CredentialRef): SecretsError {
  const account = ref.account === null ? '' : ` --account ${ref.account}`
  const suffix = ref.suffix === null ? '' : ` --suffix ${ref.suffix}`
  const save = `mm-secrets save --env ${ref.env} --exchange ${ref.exchange}${account}${suffix}`
  return new SecretsError('NOT_FOUND', `There is no credential ${formatRef(ref)}.`, {
    hint: `See what is there: mm-secrets list --env ${ref.env}. Store it: ${save}`,
  })
}
