import type { Lag } from '../knobs/knobs.ts'
import type { Random } from '../knobs/random.ts'
import type { Clock } from '../service/clock.ts'
import { parseSecretId, type Place } from './arn.ts'
import type { Secret } from './secret.ts'

/** How many states of a secret are remembered, for readers that lag. */
const REMEMBERED = 100

interface Moment {
  /** Counts the changes of all secrets in the place. */
  readonly sequence: number
  readonly at: number
  /** Null: there is no such secret. */
  readonly secret: Secret | null
}

/** The secrets of one account in one region, and what they were. */
export interface PlaceStore {
  readonly place: Place
  /** As it is now. @param id a name or an ARN. @returns null where there is none, or it is gone for good */
  find(id: string): Secret | null
  /** As a reader that lags sees it. */
  view(id: string, lag: Lag): Secret | null
  /** All of them, as a lister that lags sees them, in no order. */
  list(lag: Lag): readonly Secret[]
  write(secret: Secret): void
  remove(name: string): void
  /** Midnight (UTC) of the day on which a version, or any version of a secret, was last read; null: never. */
  accessed(arn: string, versionId?: string): number | null
  access(arn: string, versionId: string): void
}

/** Everything the server holds. */
export interface Store {
  at(place: Place): PlaceStore
  clear(): void
}

export function store(clock: Clock, random: Random): Store {
  const places = new Map<string, PlaceStore>()
  return {
    at(place) {
      const key = `${place.accountId}/${place.region}`
      const known = places.get(key) ?? placeStore(place, clock, random)
      places.set(key, known)
      return known
    },
    clear: () => places.clear(),
  }
}

function placeStore(place: Place, clock: Clock, random: Random): PlaceStore {
  const histories = new Map<string, Moment[]>()
  const accesses = new Map<string, number>()
  let sequence = 0

  function record(name: string, secret: Secret | null): void {
    sequence += 1
    const history = histories.get(name) ?? []
    history.push({ sequence, at: clock.now(), secret })
    if (history.length > REMEMBERED) history.splice(0, history.length - REMEMBERED)
    histories.set(name, history)
  }

  /** A secret whose recovery window is over is gone, whoever looks first. */
  function history(name: string): readonly Moment[] {
    const last = histories.get(name)?.at(-1)?.secret ?? null
    if (last?.deletion != null && last.deletion.until <= clock.now()) record(name, null)
    return histories.get(name) ?? []
  }

  function named(id: string, pick: (history: readonly Moment[]) => Secret | null): Secret | null {
    const parsed = parseSecretId(place, id)
    if (parsed.kind === 'elsewhere') return null
    const found = pick(history(parsed.name))
    return parsed.kind === 'complete' && found?.arn !== parsed.arn ? null : found
  }

  return {
    place,
    find: (id) => named(id, (moments) => moments.at(-1)?.secret ?? null),
    view(id, lag) {
      const missed = drawn(lag, random)
      return named(id, (moments) => {
        const seen = moments.slice(0, Math.max(0, moments.length - missed))
        return latestBefore(seen, clock.now() - (lag.ms ?? 0))
      })
    },
    list(lag) {
      const last = sequence - drawn(lag, random)
      const time = clock.now() - (lag.ms ?? 0)
      const secrets = []
      for (const name of histories.keys()) {
        const seen = history(name).findLast(
          (moment) => moment.sequence <= last && moment.at <= time,
        )
        if (seen?.secret != null) secrets.push(seen.secret)
      }
      return secrets
    },
    write: (secret) => record(secret.name, secret),
    remove: (name) => record(name, null),
    accessed: (arn, versionId) => accesses.get(`${arn} ${versionId ?? ''}`) ?? null,
    access(arn, versionId) {
      const day = new Date(clock.now()).setUTCHours(0, 0, 0, 0)
      accesses.set(`${arn} `, day)
      accesses.set(`${arn} ${versionId}`, day)
    },
  }
}

function latestBefore(history: readonly Moment[], time: number): Secret | null {
  return history.findLast(({ at }) => at <= time)?.secret ?? null
}

function drawn({ changes = 0, varying = false }: Lag, random: Random): number {
  return varying ? Math.floor(random() * (changes + 1)) : changes
}
