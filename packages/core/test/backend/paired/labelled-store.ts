import type {
  Label,
  SecretDescription,
  SecretStore,
  SecretVersion,
} from '../../../src/backend/paired/secret-store.ts'
import type { SecretName } from '../../../src/credential/name.ts'
import { Redacted } from '../../../src/credential/redacted.ts'
import type { Instant, VersionId } from '../../../src/credential/version.ts'
import { SecretsError } from '../../../src/errors/secrets-error.ts'
import { checkCall } from '../../../src/runtime/call.ts'
import type { Clock } from '../../../src/runtime/clock.ts'

const DAY_MS = 86_400_000
/** As many as AWS lets one secret have. */
const MAX_LABELS = 20

interface Stored {
  readonly values: Map<VersionId, { readonly value: string; readonly createdAt: Instant }>
  readonly labels: Map<Label, VersionId>
  readonly tags: Map<string, string>
  deletedUntil: Instant | null
}

/** A store of labelled secrets in memory, by the rules of the port, and how often each of its methods was called. */
export interface LabelledStore extends SecretStore {
  readonly calls: Readonly<Record<string, number>>
  /** What other tools do: they write one secret and move AWSCURRENT. */
  foreignWrite(name: string, id: string, value: string): void
  /** The most labels that any secret ever had. */
  readonly mostLabels: number
}

export function labelledStore(clock: Clock): LabelledStore {
  const secrets = new Map<string, Stored>()
  const calls: Record<string, number> = {}
  let mostLabels = 0

  const find = (name: string): Stored | null => {
    const stored = secrets.get(name)
    if (stored === undefined) return null
    if (stored.deletedUntil !== null && stored.deletedUntil <= clock.now()) {
      secrets.delete(name)
      return null
    }
    return stored
  }
  const live = (name: string): Stored => {
    const stored = find(name)
    if (stored === null) throw new SecretsError('NOT_FOUND', `There is no secret ${name}.`)
    if (stored.deletedUntil !== null) throw new SecretsError('CONFLICT', `${name} is deleted.`)
    return stored
  }
  const attach = (stored: Stored, label: Label, id: VersionId): void => {
    const from = stored.labels.get(label)
    stored.labels.set(label, id)
    if (label === 'AWSCURRENT' && from !== undefined && from !== id) {
      stored.labels.set('AWSPREVIOUS', from)
    }
    mostLabels = Math.max(mostLabels, stored.labels.size)
    if (stored.labels.size > MAX_LABELS)
      throw new Error('A secret has more labels than AWS allows.')
  }
  const labelsOf = (stored: Stored, id: VersionId): readonly Label[] =>
    [...stored.labels].flatMap(([label, at]) => (at === id ? [label] : []))
  const versionOf = (stored: Stored, id: VersionId): SecretVersion => ({
    id,
    labels: labelsOf(stored, id),
    createdAt: stored.values.get(id)?.createdAt ?? null,
  })
  const describe = (name: SecretName, stored: Stored): SecretDescription => ({
    name,
    arn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`,
    versions: [...new Set(stored.labels.values())].map((id) => versionOf(stored, id)),
    tags: Object.fromEntries(stored.tags),
    deletedUntil: stored.deletedUntil,
  })
  const counted = async <T>(method: string, work: () => T): Promise<T> => {
    calls[method] = (calls[method] ?? 0) + 1
    await Promise.resolve()
    return work()
  }

  return {
    calls,
    get mostLabels() {
      return mostLabels
    },
    foreignWrite(name, id, value) {
      const stored = find(name) ?? newSecret()
      secrets.set(name, stored)
      stored.values.set(id as VersionId, { value, createdAt: clock.now() })
      attach(stored, 'AWSCURRENT', id as VersionId)
    },
    get: (name, which, call) =>
      counted('get', () => {
        checkCall(call, clock, `getting ${name}`)
        const stored = find(name)
        if (stored === null || stored.deletedUntil !== null) return null
        const id = 'label' in which ? stored.labels.get(which.label) : which.versionId
        const kept = id === undefined ? undefined : stored.values.get(id)
        if (id === undefined || kept === undefined) return null
        return { ...versionOf(stored, id), value: new Redacted(kept.value) }
      }),
    describe: (name, call) =>
      counted('describe', () => {
        checkCall(call, clock, `describing ${name}`)
        const stored = find(name)
        return stored === null ? null : describe(name, stored)
      }),
    async *list(prefix) {
      await Promise.resolve()
      for (const name of [...secrets.keys()].sort()) {
        const stored = find(name)
        calls['list'] = (calls['list'] ?? 0) + 1
        if (stored !== null && name.startsWith(prefix)) yield [describe(name as SecretName, stored)]
      }
    },
    dates: (name) =>
      counted('dates', () => {
        const values = [...(find(name)?.values ?? [])]
        return new Map(values.map(([id, { createdAt }]) => [id, createdAt]))
      }),
    create: (name, tags) =>
      counted('create', () => {
        const stored = find(name)
        if (stored?.deletedUntil != null) throw new SecretsError('CONFLICT', `${name} is deleted.`)
        if (stored !== null) return false
        secrets.set(name, { ...newSecret(), tags: new Map(Object.entries(tags)) })
        return true
      }),
    put: (name, { id, value, labels }) =>
      counted('put', () => {
        const stored = live(name)
        const known = stored.values.get(id)
        if (known !== undefined) {
          if (known.value !== value.reveal()) {
            throw new SecretsError('CONFLICT', `${name} has another value under this id.`)
          }
          return versionOf(stored, id)
        }
        stored.values.set(id, { value: value.reveal(), createdAt: clock.now() })
        if (!stored.labels.has('AWSCURRENT')) attach(stored, 'AWSCURRENT', id)
        for (const label of labels) attach(stored, label, id)
        return versionOf(stored, id)
      }),
    moveLabel: (name, label, from, to) =>
      counted('moveLabel', () => {
        const stored = live(name)
        const at = stored.labels.get(label) ?? null
        if (at !== from || (from === null && to === null)) return 'refused' as const
        if (to === null) stored.labels.delete(label)
        else if (!stored.values.has(to)) return 'refused' as const
        else attach(stored, label, to)
        return 'moved' as const
      }),
    tag: (name, tags) =>
      counted('tag', () => {
        const stored = live(name)
        for (const [key, value] of Object.entries(tags)) {
          if (value === null) stored.tags.delete(key)
          else stored.tags.set(key, value)
        }
      }),
    delete: (name, recoveryDays) =>
      counted('delete', () => {
        const stored = find(name)
        if (stored === null) throw new SecretsError('NOT_FOUND', `There is no secret ${name}.`)
        stored.deletedUntil ??= clock.now() + recoveryDays * DAY_MS
        return stored.deletedUntil
      }),
    restore: (name) =>
      counted('restore', () => {
        const stored = find(name)
        if (stored === null) throw new SecretsError('NOT_FOUND', `There is no secret ${name}.`)
        stored.deletedUntil = null
      }),
  }
}

function newSecret(): Stored {
  return { values: new Map(), labels: new Map(), tags: new Map(), deletedUntil: null }
}
