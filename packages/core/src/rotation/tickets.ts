import { join } from 'node:path'
import type { CredentialRef } from '../credential/name.ts'
import { secretName } from '../credential/name.ts'
import type { Instant, VersionId } from '../credential/version.ts'
import { parseVersionId } from '../credential/version.ts'
import { makePrivateFolder, readPrivateFile, replaceFile } from '../durable/atomic-file.ts'
import type { Clock } from '../runtime/clock.ts'
import type { FileSystem } from '../runtime/deps.ts'

const LIFETIME_MS = 60 * 60_000

/** Remembers on this machine which half save a later half belongs to: the id of its pending version. */
export interface Tickets {
  /** @returns null when there is none, or it is older than 60 minutes */
  find(ref: CredentialRef): Promise<VersionId | null>
  keep(ref: CredentialRef, ticket: VersionId): Promise<void>
  drop(ref: CredentialRef): Promise<void>
}

interface StoredTicket {
  readonly ticket: string
  readonly issuedAt: Instant
}

/** Tickets as files, `{home}/{env}/tickets/{name of the anchor}.json`. A ticket is no secret: it opens nothing. */
export function fileTickets(home: string, fs: FileSystem, clock: Clock): Tickets {
  const folder = (ref: CredentialRef): string => join(home, ref.env, 'tickets')
  const path = (ref: CredentialRef): string =>
    join(folder(ref), `${encodeURIComponent(secretName(ref, 'api_key'))}.json`)

  return {
    async find(ref) {
      const bytes = await readPrivateFile(fs, path(ref), 'the ticket of a half save')
      const stored = bytes === null ? null : parseTicket(bytes.toString('utf8'))
      if (stored === null || clock.now() - stored.issuedAt > LIFETIME_MS) return null
      return parseVersionId(stored.ticket)
    },

    async keep(ref, ticket) {
      await makePrivateFolder(fs, folder(ref))
      const stored: StoredTicket = { ticket, issuedAt: clock.now() }
      await replaceFile(fs, path(ref), `${JSON.stringify(stored)}\n`)
    },

    async drop(ref) {
      try {
        await fs.unlink(path(ref))
      } catch {
        // Gone already, or as good as gone: a ticket of a finished save matches nothing that is pending.
      }
    },
  }
}

function parseTicket(text: string): StoredTicket | null {
  try {
    const stored: unknown = JSON.parse(text)
    if (typeof stored !== 'object' || stored === null) return null
    const { ticket, issuedAt } = stored as Partial<StoredTicket>
    return typeof ticket === 'string' && typeof issuedAt === 'number' ? { ticket, issuedAt } : null
  } catch {
    return null
  }
}
