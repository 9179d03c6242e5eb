import type { Environment } from '../credential/exchange.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import type { Instant } from '../credential/version.ts'
import type { AccessEvent } from './access-trail.ts'
import type { AuditEvent } from './event.ts'

/** ci: a build server reads prod. frequent: more reads of one secret within an hour than a bot needs. */
export type Unusual = 'ci' | 'frequent'

/** Who asked for the values of a credential, by one of the two logs. */
export interface Reader {
  /** home: the audit log of this home. store: the log that the store keeps. */
  readonly seenBy: 'home' | 'store'
  /** `ada@desk`, or the ARN of a user or role; null: the log does not say. */
  readonly who: string | null
  /** The AWS identity of a reader of this home, where it is known. */
  readonly caller: string | null
  readonly reads: number
  /** What was asked for and not given. */
  readonly refused: number
  readonly first: Instant
  readonly last: Instant
  readonly unusual: readonly Unusual[]
}

const HOUR_MS = 3_600_000
/** The alarm that the operations guide asks for: more than 100 an hour. */
const MOST_READS_IN_AN_HOUR = 100

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html, webIdFederationData */
const CI_PROVIDERS =
  /actions\.githubusercontent|gitlab|circleci|buildkite|bitbucket|app\.terraform\.io|dev\.azure/i
/** What people call the roles of their build servers. */
const CI_NAMES =
  /github|gitlab|circleci|buildkite|bitbucket|jenkins|codebuild|teamcity|(?:^|[^a-z])ci(?:[^a-z]|$)/i

/** A read, or an attempt at one. */
interface Attempt {
  readonly at: Instant
  /** Of the credential as a whole, or of one secret. */
  readonly of: string
  readonly given: boolean
  readonly who: string | null
  readonly caller: string | null
  readonly ci: boolean
}

/**
 * Who read a credential by the audit log of this home, the most recent last.
 *
 * @param records of the environment, oldest first
 */
export async function readersInHome(
  records: AsyncIterable<AuditEvent>,
  ref: CredentialRef,
  since: Instant,
): Promise<readonly Reader[]> {
  const credential = formatRef(ref)
  const attempts: Attempt[] = []
  for await (const { action, actor, at, caller, credential: of, outcome } of records) {
    if (of !== credential || at < since || (action !== 'read' && action !== 'reveal')) continue
    const given = outcome === 'done' || outcome === 'break-glass'
    attempts.push({
      at,
      of: credential,
      given,
      who: `${actor.user}@${actor.host}`,
      caller,
      ci: false,
    })
  }
  return readers('home', attempts, ref.env)
}

/** Who asked for the secrets of a credential by the store's own log, the most recent last. */
export function readersInStore(
  events: readonly AccessEvent[],
  env: Environment,
): readonly Reader[] {
  const attempts = events
    .filter(({ action }) => action === 'GetSecretValue')
    .map((event) => ({
      at: event.at,
      of: event.secret,
      given: event.errorCode === null,
      who: event.principal,
      caller: null,
      ci: isCi(event),
    }))
  return readers('store', attempts, env)
}

function readers(
  seenBy: Reader['seenBy'],
  attempts: readonly Attempt[],
  env: Environment,
): readonly Reader[] {
  return groups(attempts, ({ caller, who }) => JSON.stringify([who, caller]))
    .map((group) => reader(seenBy, group, env))
    .sort((a, b) => a.last - b.last)
}

function reader(seenBy: Reader['seenBy'], group: readonly Attempt[], env: Environment): Reader {
  const times = group.map(({ at }) => at).sort((a, b) => a - b)
  const reads = group.filter(({ given }) => given).length
  return {
    seenBy,
    who: group[0]?.who ?? null,
    caller: group[0]?.caller ?? null,
    reads,
    refused: group.length - reads,
    first: times[0] ?? 0,
    last: times.at(-1) ?? 0,
    unusual: [
      ...(env === 'prod' && group.some(({ ci }) => ci) ? (['ci'] as const) : []),
      ...(isFrequent(group) ? (['frequent'] as const) : []),
    ],
  }
}

/** A credential has several secrets, each of which is asked for with every read of it. */
function isFrequent(group: readonly Attempt[]): boolean {
  return groups(group, ({ of }) => of).some((attempts) => {
    const times = attempts.map(({ at }) => at).sort((a, b) => a - b)
    return mostInAnHour(times) > MOST_READS_IN_AN_HOUR
  })
}

/** The fullest hour, whenever it begins. @param times sorted */
function mostInAnHour(times: readonly Instant[]): number {
  let most = 0
  let oldest = 0
  for (const [index, at] of times.entries()) {
    while (at - (times[oldest] ?? at) >= HOUR_MS) oldest += 1
    most = Math.max(most, index - oldest + 1)
  }
  return most
}

function isCi({ federatedBy, principal, user }: AccessEvent): boolean {
  if (federatedBy !== null && CI_PROVIDERS.test(federatedBy)) return true
  // An ARN's last part is what somebody called the role or user; the rest is AWS's.
  const names = [principal?.split(':').at(-1) ?? null, user]
  return names.some((name) => name !== null && CI_NAMES.test(name))
}

function groups(
  attempts: readonly Attempt[],
  keyOf: (attempt: Attempt) => string,
): readonly (readonly Attempt[])[] {
  const found = new Map<string, Attempt[]>()
  for (const attempt of attempts) {
    const key = keyOf(attempt)
    const group = found.get(key) ?? []
    group.push(attempt)
    found.set(key, group)
  }
  return [...found.values()]
}
