import type { SecretName, VersionId } from '@mm-secrets/core'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { REGION } from '../stores.ts'

/** What an anchor had as current from a moment on. */
interface Moment {
  /** Counts the changes of all secrets. */
  readonly at: number
  readonly current: VersionId | null
  readonly isDeleted: boolean
}

/** The truth: every state that the server went through, whatever clients were told. */
export interface AnchorHistory {
  /** Counts the changes of all secrets: the time by which operations are judged. */
  now(): number
  /** Everything that was true of a secret between two moments, both included. */
  during(name: SecretName, from: number, to: number): readonly Moment[]
  /** Its current versions in order, each where it became current. */
  chain(name: SecretName): readonly VersionId[]
  /** Every version that any secret ever had. */
  versions(): ReadonlySet<string>
}

/** Where the server keeps what the tests' access key writes. */
export const PLACE = { accountId: '123456789012', region: REGION } as const

export function watchAnchors(server: RunningServer): AnchorHistory {
  const place = server.store.at(PLACE)
  const moments = new Map<string, Moment[]>()
  const versions = new Set<string>()
  let now = 0
  const write = place.write.bind(place)
  place.write = (secret) => {
    write(secret)
    now++
    for (const id of secret.versions.keys()) versions.add(id)
    const known = moments.get(secret.name) ?? [{ at: 0, current: null, isDeleted: false }]
    const current = (secret.labels.get('AWSCURRENT') ?? null) as VersionId | null
    known.push({ at: now, current, isDeleted: secret.deletion !== null })
    moments.set(secret.name, known)
  }
  const of = (name: SecretName): readonly Moment[] =>
    moments.get(name) ?? [{ at: 0, current: null, isDeleted: false }]
  return {
    now: () => now,
    versions: () => versions,
    during(name, from, to) {
      const all = of(name)
      const first = all.findLastIndex(({ at }) => at <= from)
      return all.slice(Math.max(0, first)).filter(({ at }) => at <= to)
    },
    chain(name) {
      const chain: VersionId[] = []
      for (const { current } of of(name)) {
        if (current !== null && current !== chain.at(-1)) chain.push(current)
      }
      return chain
    },
  }
}
