import type {
  Label,
  SecretDescription,
  SecretVersion,
  VersionChoice,
} from '../../src/backend/paired/secret-store.ts'
import type { SecretName } from '../../src/credential/name.ts'
import type { Instant, VersionId } from '../../src/credential/version.ts'
import type { ErrorCode } from '../../src/errors/secrets-error.ts'

/** What a process asks of the world: a call of the store's port, or to sleep. Each is one point of the schedule. */
export type StoreCall =
  | { readonly op: 'get'; readonly name: SecretName; readonly which: VersionChoice }
  | { readonly op: 'describe' | 'dates' | 'restore'; readonly name: SecretName }
  | { readonly op: 'list'; readonly prefix: string }
  | {
      readonly op: 'create'
      readonly name: SecretName
      readonly tags: Readonly<Record<string, string>>
    }
  | {
      readonly op: 'put'
      readonly name: SecretName
      readonly id: VersionId
      readonly value: string
      readonly labels: readonly Label[]
    }
  | {
      readonly op: 'moveLabel'
      readonly name: SecretName
      readonly label: Label
      readonly from: VersionId | null
      readonly to: VersionId | null
    }
  | {
      readonly op: 'tag'
      readonly name: SecretName
      readonly tags: Readonly<Record<string, string | null>>
    }
  | { readonly op: 'delete'; readonly name: SecretName; readonly recoveryDays: number }
  | { readonly op: 'sleep'; readonly ms: number }

/** What the world answers, as data, so that a history of replies can be kept and given again. */
export type Reply =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'created'; readonly isNew: boolean }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'value'; readonly version: SecretVersion; readonly value: string }
  | { readonly kind: 'description'; readonly description: SecretDescription }
  | { readonly kind: 'page'; readonly page: readonly SecretDescription[] }
  | { readonly kind: 'dates'; readonly dates: readonly (readonly [VersionId, Instant])[] }
  | { readonly kind: 'version'; readonly version: SecretVersion }
  | { readonly kind: 'moved'; readonly outcome: 'moved' | 'refused' | 'unknown' }
  | { readonly kind: 'instant'; readonly instant: Instant }
  /** The reply came after the deadline of every call that was running: the process's clock jumps. */
  | { readonly kind: 'late'; readonly reply: Reply }

const texts = new WeakMap<StoreCall | Reply, string>()

/** The same text for calls, or replies, that say the same. */
export function textOf(said: StoreCall | Reply): string {
  const known = texts.get(said)
  if (known !== undefined) return known
  const text = JSON.stringify(said)
  texts.set(said, text)
  return text
}
