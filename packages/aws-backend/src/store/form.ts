import type { SecretListEntry } from '@aws-sdk/client-secrets-manager'
import { printable } from '@mm-secrets/core'

/** What DescribeSecret and ListSecrets say of a secret, in the words of the latter. */
export type SaidSecret = Pick<
  SecretListEntry,
  'ARN' | 'DeletedDate' | 'SecretVersionsToStages' | 'Tags'
>

/**
 * Whether a secret is described in the form that AWS documents. The SDK hands on whatever JSON came, of any types: an
 * emulator, a proxy or a stranger could have answered.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
export function isSaidSecret(said: SaidSecret): boolean {
  const { ARN, DeletedDate, SecretVersionsToStages: stages = {}, Tags = [] } = said
  return (
    (ARN === undefined || isPlain(ARN)) &&
    isDate(DeletedDate) &&
    isFields(stages) &&
    Object.entries(stages).every(([id, labels]) => isPlain(id) && areTexts(labels)) &&
    Array.isArray(Tags) &&
    Tags.every((tag: unknown) => isFields(tag) && isTag(tag))
  )
}

/** A text in which nothing deceives a reader, as ids and ARNs are. */
export function isPlain(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && printable(value) === value
}

export function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

/** A number of seconds far off makes a date that is none. */
export function isDate(value: Date | undefined): boolean {
  return value === undefined || !Number.isNaN(value.getTime())
}

/** The entries of a list that may be none, and hold what is none. */
export function entriesOf<Entry extends object>(list: readonly Entry[] | undefined): Entry[] {
  return Array.isArray(list)
    ? list.filter((each: Entry | null) => each !== null && typeof each === 'object')
    : []
}

function isTag({ Key, Value = '' }: Readonly<Record<string, unknown>>): boolean {
  return typeof Key === 'string' && typeof Value === 'string'
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
