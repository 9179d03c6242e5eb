import type { CredentialRef, Finding } from '@mm-secrets/core'
import { commandLine, formatRef, parseSecretName, printable } from '@mm-secrets/core'
import { shellWord } from '../errors/about.ts'
import type { Entry } from './entries.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html, labels of all versions */
const MOST_LABELS = 20
/** A rotation of a pair puts two labels on the anchor, and five may wait: beyond this the next may not fit. */
const MANY_LABELS = 17
/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html, tags */
const MOST_TAGS = 50
/** A version that is kept has one, and a rotation adds one before it removes one. */
const MANY_TAGS = 46
/** A list in a sentence. */
const NAMED = 5

/** What is to be mended of secrets, from their metadata alone, that the state of a credential does not show. */
export function examineSecrets(
  entries: readonly Entry[],
  kmsKey: string | null,
): readonly Finding[] {
  return [
    ...entries.flatMap((entry) => [
      ...pendingLeftover(entry),
      ...labels(entry),
      ...tags(entry),
      ...otherKey(entry, kmsKey),
    ]),
    ...deleted(entries),
    ...strangers(entries),
  ]
}

/**
 * "If AWSPENDING is attached to a version other than the current one, Secrets Manager refuses to rotate":
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
 */
function pendingLeftover({ deletedUntil, name, rotated, versions }: Entry): readonly Finding[] {
  const pending = Object.entries(versions).find(
    ([, on]) => on.includes('AWSPENDING') && !on.includes('AWSCURRENT'),
  )
  if (pending === undefined || deletedUntil !== null) return []
  const [id] = pending
  return [
    {
      check: 'managed-rotation',
      level: rotated ? 'warning' : 'note',
      message: rotated
        ? `A rotation of ${name} by AWS stopped part way: AWSPENDING is on another version than the current one, and the next rotation is refused.`
        : `AWSPENDING is on a version of ${name} that is not current; no reader of ours takes it.`,
      fix: `If no rotation is under way, take it off: aws secretsmanager update-secret-version-stage --secret-id ${name} --version-stage AWSPENDING --remove-from-version-id ${shellWord(printable(id))}`,
    },
  ]
}

function labels({ name, versions }: Entry): readonly Finding[] {
  const count = Object.values(versions).flat().length
  if (count < MANY_LABELS) return []
  const ref = parseSecretName(name)?.ref
  return [
    {
      check: 'labels',
      level: 'warning',
      message: `${name} carries ${count} labels of about ${MOST_LABELS} that fit: the next save or rotation may be refused.`,
      fix:
        ref === undefined
          ? 'Take off those that nobody needs.'
          : `Drop what is pending: ${commandLine('rotate', ref, '--discard')}`,
    },
  ]
}

function tags({ name, tagCount }: Entry): readonly Finding[] {
  if (tagCount < MANY_TAGS) return []
  return [
    {
      check: 'tags',
      level: 'warning',
      message: `${name} carries ${tagCount} tags of ${MOST_TAGS} that fit: one more is needed for each version that is kept.`,
      fix: 'Take off those that nobody needs; those that begin with mm. describe versions.',
    },
  ]
}

/** An alias cannot be told from the key that it stands for. */
function otherKey({ kmsKey, name }: Entry, wanted: string | null): readonly Finding[] {
  const [ours, theirs] = [keyId(wanted), keyId(kmsKey)]
  if (wanted === null || ours === null) return []
  if (kmsKey !== null && (theirs === null || theirs === ours)) return []
  const under = kmsKey === null ? "the account's own key" : printable(kmsKey)
  return [
    {
      check: 'kms',
      level: 'note',
      message: `${name} is encrypted under ${under}, not under the kms_key of config.json, which counts for new secrets alone.`,
      fix: `aws secretsmanager update-secret --secret-id ${name} --kms-key-id ${wanted}`,
    },
  ]
}

/** The UUID at the end of a key's id or ARN; null for an alias. */
function keyId(key: string | null): string | null {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(key ?? '')?.[0] ?? null
}

function deleted(entries: readonly Entry[]): readonly Finding[] {
  const credentials = new Map<string, { readonly ref: CredentialRef; readonly until: number }>()
  for (const { deletedUntil, name } of entries) {
    const ref = parseSecretName(name)?.ref
    if (deletedUntil === null || ref === undefined) continue
    const known = credentials.get(formatRef(ref))
    const until = Math.min(deletedUntil, known?.until ?? deletedUntil)
    credentials.set(formatRef(ref), { ref, until })
  }
  return [...credentials].map(([name, { ref, until }]) => ({
    check: 'deletion',
    level: 'note',
    message: `${name} is scheduled for deletion at ${new Date(until).toISOString()}.`,
    fix: `If it is needed: ${commandLine('restore', ref)}`,
  }))
}

function strangers(entries: readonly Entry[]): readonly Finding[] {
  const names = entries.map(({ name }) => name).filter((name) => parseSecretName(name) === null)
  if (names.length === 0) return []
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  const shown = names.slice(0, NAMED).map(printable).join(', ')
  return [
    {
      check: 'names',
      level: 'note',
      message: `No command of ours sees ${shown}${more}: such names are none of the convention.`,
      fix: 'A name is mm-bot/{env}/{exchange}[@{account}]/{key_type}; what is meant to be used has to be saved under one.',
    },
  ]
}
