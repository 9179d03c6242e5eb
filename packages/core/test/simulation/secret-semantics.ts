import type {
  Label,
  SecretDescription,
  SecretVersion,
} from '../../src/backend/paired/secret-store.ts'
import type { SecretName } from '../../src/credential/name.ts'
import type { VersionId } from '../../src/credential/version.ts'
import type { ErrorCode } from '../../src/errors/secrets-error.ts'
import type { Interner, SecretState } from './secret-state.ts'
import { labelsOf, versionOf, versionWith } from './secret-state.ts'
import type { Reply, StoreCall } from './store-call.ts'

/** "You can have up to 20 staging labels attached to a secret": PutSecretValue's LimitExceededException beyond. */
const MAX_LABELS = 20

const DAY_MS = 86_400_000
/** When the simulated world begins; the store's time stands still, so that equal states stay equal. */
export const EPOCH = 1_800_000_000_000

export interface Applied {
  readonly next: SecretState
  readonly reply: Reply
}

/**
 * What one call does to one secret and answers, by the rules of the port: a pure function.
 *
 * @param call one that concerns this secret
 */
export function applyCall(
  secret: SecretState,
  name: SecretName,
  call: Exclude<StoreCall, { op: 'list' | 'sleep' }>,
  { intern }: Interner,
): Applied {
  const unchanged = (reply: Reply): Applied => ({ next: secret, reply })
  switch (call.op) {
    case 'get':
      return unchanged(get(secret, call.which))
    case 'describe': {
      const description = describe(secret, name)
      return unchanged(description === null ? NOTHING : { kind: 'description', description })
    }
    case 'dates':
      return unchanged({
        kind: 'dates',
        dates: secret.versions.flatMap(({ id, createdAt, gone }) =>
          gone ? [] : [[id, createdAt]],
        ),
      })
    case 'create':
      if (isDeleted(secret)) return unchanged(refusal('CONFLICT', 'scheduled for deletion'))
      if (secret.exists) return unchanged({ kind: 'created', isNew: false })
      return {
        next: intern({ ...secret, exists: true, tags: call.tags }),
        reply: { kind: 'created', isNew: true },
      }
    case 'put':
      return put(secret, call, intern)
    case 'moveLabel':
      return moveLabel(secret, call, intern)
    case 'tag': {
      if (!secret.exists) return unchanged(refusal('NOT_FOUND', 'no such secret'))
      if (isDeleted(secret)) return unchanged(refusal('CONFLICT', 'scheduled for deletion'))
      const entries = Object.entries({ ...secret.tags, ...call.tags })
      const tags = Object.fromEntries(
        entries.flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
      )
      return { next: intern({ ...secret, tags }), reply: NOTHING }
    }
    case 'delete': {
      if (!secret.exists) return unchanged(refusal('NOT_FOUND', 'no such secret'))
      const deletedUntil = secret.deletedUntil ?? EPOCH + call.recoveryDays * DAY_MS
      return {
        next: intern({ ...secret, deletedUntil }),
        reply: { kind: 'instant', instant: deletedUntil },
      }
    }
    case 'restore':
      if (!secret.exists) return unchanged(refusal('NOT_FOUND', 'no such secret'))
      return { next: intern({ ...secret, deletedUntil: null }), reply: NOTHING }
  }
}

const NOTHING: Reply = { kind: 'nothing' }

function refusal(code: ErrorCode, message: string): Reply {
  return { kind: 'error', code, message }
}

function isDeleted(secret: SecretState): boolean {
  return secret.deletedUntil !== null
}

function get(secret: SecretState, which: Extract<StoreCall, { op: 'get' }>['which']): Reply {
  if (!secret.exists || isDeleted(secret)) return NOTHING
  const found =
    'label' in which ? versionWith(secret, which.label) : versionOf(secret, which.versionId)
  if (found === null) return NOTHING
  return { kind: 'value', version: seen(secret, found.id), value: found.value }
}

function seen(secret: SecretState, id: VersionId): SecretVersion {
  const createdAt = versionOf(secret, id)?.createdAt ?? null
  return { id, labels: labelsOf(secret, id), createdAt }
}

/** @returns null for a secret that is not there; its versions are those that carry a label */
export function describe(secret: SecretState, name: SecretName): SecretDescription | null {
  if (!secret.exists) return null
  const { tags, deletedUntil } = secret
  const kept = new Set(secret.labels.values())
  const versions = secret.versions.flatMap(({ id }) => (kept.has(id) ? [seen(secret, id)] : []))
  return {
    name,
    arn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`,
    versions,
    tags,
    deletedUntil,
  }
}

/**
 * PutSecretValue. A token that was used with this value already is ignored, labels and all, even if its version has no
 * label left; a version never vanishes within the day in which an adapter could still repeat its call.
 */
function put(
  secret: SecretState,
  call: Extract<StoreCall, { op: 'put' }>,
  intern: Interner['intern'],
): Applied {
  const { id, value, labels } = call
  if (!secret.exists) return { next: secret, reply: refusal('NOT_FOUND', 'no such secret') }
  if (isDeleted(secret)) {
    return { next: secret, reply: refusal('CONFLICT', 'scheduled for deletion') }
  }
  if (labels.length === 0) throw new Error('PutSecretValue takes no empty list of stages.')
  const known = secret.versions.find((version) => version.id === id)
  if (known !== undefined) {
    if (known.value !== value) {
      return { next: secret, reply: refusal('CONFLICT', 'another value under the same token') }
    }
    return { next: secret, reply: { kind: 'version', version: seen(secret, id) } }
  }
  const createdAt = EPOCH + secret.versions.length * 1000
  const versions = [...secret.versions, { id, value, createdAt, gone: false }]
  const attached = new Map(secret.labels)
  const isFirst = !secret.labels.has('AWSCURRENT')
  for (const label of isFirst ? new Set<Label>([...labels, 'AWSCURRENT']) : labels) {
    attach(attached, label, id)
  }
  if (attached.size > MAX_LABELS) {
    return { next: secret, reply: refusal('UNAVAILABLE', 'more than 20 labels') }
  }
  const next = intern({ ...secret, versions, labels: attached })
  return { next, reply: { kind: 'version', version: seen(next, id) } }
}

/** UpdateSecretVersionStage: a compare-and-swap on where the label is. */
function moveLabel(
  secret: SecretState,
  call: Extract<StoreCall, { op: 'moveLabel' }>,
  intern: Interner['intern'],
): Applied {
  const { label, from, to } = call
  const reply = (outcome: 'moved' | 'refused'): Reply => ({ kind: 'moved', outcome })
  if (!secret.exists) return { next: secret, reply: refusal('NOT_FOUND', 'no such secret') }
  if (isDeleted(secret)) {
    return { next: secret, reply: refusal('CONFLICT', 'scheduled for deletion') }
  }
  if (label === 'AWSCURRENT' && to === null) throw new Error('AWSCURRENT can only be moved.')
  const at = secret.labels.get(label) ?? null
  if (at !== from) return { next: secret, reply: reply('refused') }
  if (to === null && from === null) return { next: secret, reply: reply('refused') }
  if (to !== null && versionOf(secret, to) === null) {
    return { next: secret, reply: reply('refused') }
  }
  const attached = new Map(secret.labels)
  if (to === null) attached.delete(label)
  else attach(attached, label, to)
  if (attached.size > MAX_LABELS) {
    return { next: secret, reply: refusal('UNAVAILABLE', 'more than 20 labels') }
  }
  return { next: intern({ ...secret, labels: attached }), reply: reply('moved') }
}

/** AWSPREVIOUS follows AWSCURRENT by itself. */
function attach(labels: Map<Label, VersionId>, label: Label, to: VersionId): void {
  const from = labels.get(label)
  labels.set(label, to)
  if (label === 'AWSCURRENT' && from !== undefined && from !== to) labels.set('AWSPREVIOUS', from)
}
