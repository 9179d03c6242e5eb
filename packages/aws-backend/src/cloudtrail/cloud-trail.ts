import type { Event } from '@aws-sdk/client-cloudtrail'
import type {
  AccessEvent,
  AccessTrail,
  Accesses,
  Call,
  Clock,
  CredentialRef,
  Instant,
  KeyType,
  SecretName,
} from '@mm-secrets/core'
import { KEY_TYPES, secretName } from '@mm-secrets/core'
import { interrupted } from '../client/persist.ts'
import { parseEvent } from './parse-event.ts'

/** One page of what CloudTrail has on a resource, newest first. */
export type LookUp = (
  page: {
    /** A name or an ARN: one attribute is all that a request may have. */
    readonly resource: string
    readonly since: Instant
    readonly token: string | null
  },
  call: Call,
) => Promise<{ readonly events: readonly Event[]; readonly token: string | null }>

export interface CloudTrailOptions {
  readonly lookUp: LookUp
  readonly clock: Clock
  /** The complete ARN of each stored secret, as far as it is known: an event has the name or the ARN, as the caller wrote it. */
  readonly arns: (
    ref: CredentialRef,
    call: Call,
  ) => Promise<Readonly<Partial<Record<KeyType | 'json', string>>>>
}

/**
 * "The rate of lookup requests is limited to two per second, per account, per Region."
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
const INTERVAL_MS = 500

/** 20,000 events at fifty a page. */
const MOST_PAGES = 400

/** The log that AWS keeps of who asked for what, of the last 90 days and minutes late. */
export function cloudTrail({ arns, clock, lookUp }: CloudTrailOptions): AccessTrail {
  const pace = pacer(clock)

  /** Reads one more page; the events of several resources come in turn, so that a busy one does not hide the others. */
  async function turnPage(resource: Resource, since: Instant, call: Call): Promise<void> {
    await pace(call.signal)
    const { name, token } = resource
    const page = await lookUp({ resource: name, since, token }, call)
    resource.token = page.token
    resource.ended = page.token === null
    for (const event of page.events) {
      const at = event.EventTime?.getTime()
      if (at !== undefined && !Number.isNaN(at)) resource.oldest = Math.min(resource.oldest, at)
      const parsed = parseEvent(event, resource.secret)
      if (parsed !== null) resource.events.push(parsed)
    }
  }

  async function resourcesOf(ref: CredentialRef, call: Call): Promise<readonly Resource[]> {
    const known = await arns(ref, call)
    return membersOf(ref).flatMap((member) => {
      const secret = secretName(ref, member)
      const arn = known[member]
      return [secret, ...(arn === undefined ? [] : [arn])].map((name) => newResource(secret, name))
    })
  }

  return {
    async accesses(ref, since, call) {
      const resources = await resourcesOf(ref, call)
      let left = MOST_PAGES
      for (let open = resources; open.length > 0 && left > 0; open = open.filter(isOpen)) {
        for (const resource of open.slice(0, left)) {
          await turnPage(resource, since, call)
          left -= 1
        }
      }
      return collected(resources, since)
    },
  }
}

/** What is looked up of one name, page by page. */
interface Resource {
  readonly secret: SecretName
  readonly name: string
  readonly events: AccessEvent[]
  token: string | null
  ended: boolean
  oldest: Instant
}

function newResource(secret: SecretName, name: string): Resource {
  return { secret, name, events: [], token: null, ended: false, oldest: Number.POSITIVE_INFINITY }
}

function isOpen({ ended }: Resource): boolean {
  return !ended
}

function membersOf(ref: CredentialRef): readonly (KeyType | 'json')[] {
  // A copy under a suffix is always in pair layout.
  return ref.suffix === null ? [...KEY_TYPES[ref.exchange], 'json'] : KEY_TYPES[ref.exchange]
}

function collected(resources: readonly Resource[], asked: Instant): Accesses {
  const cut = resources.filter(isOpen).map(({ oldest }) => oldest)
  const since = Math.max(asked, ...cut.filter(Number.isFinite))
  // Times are whole seconds: within one the order in which they came, turned round, is all that tells.
  const oldestFirst = resources.flatMap(({ events }) => events.toReversed())
  const byId = new Map(oldestFirst.map((event) => [event.id, event]))
  const events = [...byId.values()].filter(({ at }) => at >= since).sort((a, b) => a.at - b.at)
  return { events, since }
}

/** Waits so that its callers go on one after the other, no two within the interval. @throws INTERRUPTED */
function pacer(clock: Clock): (signal: AbortSignal | undefined) => Promise<void> {
  let free = Number.NEGATIVE_INFINITY
  return async (signal) => {
    const now = clock.now()
    const mine = Math.max(now, free)
    free = mine + INTERVAL_MS
    if (mine <= now) return
    await clock.sleep(mine - now, signal).catch((error: unknown) => {
      throw signal?.aborted === true ? interrupted() : error
    })
  }
}
