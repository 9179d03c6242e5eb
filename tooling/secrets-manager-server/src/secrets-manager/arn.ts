import type { Random } from '../knobs/random.ts'

const SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const SUFFIX_LENGTH = 6
const SUFFIX = /-[A-Za-z0-9]{6}$/

/** Where secrets live: an account in a region. */
export interface Place {
  readonly accountId: string
  readonly region: string
}

/** The ARN of a new secret: its name, a hyphen and six random characters. */
export function newArn(place: Place, name: string, random: Random): string {
  let suffix = ''
  while (suffix.length < SUFFIX_LENGTH) {
    suffix += SUFFIX_CHARACTERS.charAt(Math.floor(random() * SUFFIX_CHARACTERS.length))
  }
  return `${prefix(place)}${name}-${suffix}`
}

export type SecretId =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'complete'; readonly name: string; readonly arn: string }
  | { readonly kind: 'elsewhere' }

/**
 * A name, a complete ARN, or an ARN without its suffix. As on AWS, an ARN that ends in a hyphen and six characters is
 * taken for a complete one, also where these are the end of a name.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function parseSecretId(place: Place, id: string): SecretId {
  if (!id.startsWith('arn:')) return { kind: 'name', name: id }
  if (!id.startsWith(prefix(place))) return { kind: 'elsewhere' }
  const rest = id.slice(prefix(place).length)
  return SUFFIX.test(rest)
    ? { kind: 'complete', name: rest.slice(0, -SUFFIX_LENGTH - 1), arn: id }
    : { kind: 'name', name: rest }
}

function prefix({ accountId, region }: Place): string {
  const partition = region.startsWith('cn-')
    ? 'aws-cn'
    : region.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws'
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:`
}
