import { createHash } from 'node:crypto'
import { DEFAULT_ACCOUNT, type AccessKey } from '../sigv4/access-key.ts'
import type { AttachedPolicies } from './evaluate.ts'
import { fieldsOf, kindOf, textOf, within, type Fields } from './fields.ts'
import type { MissingSecrets } from './iam-authorizer.ts'
import { parsePolicy } from './parse-policy.ts'
import { PolicyError } from './policy-error.ts'
import { principal } from './principal.ts'

export interface PoliciesFile {
  /** The keys that the server then knows, and no others. */
  readonly accessKeys: readonly AccessKey[]
  /** By access key id. */
  readonly attached: ReadonlyMap<string, AttachedPolicies>
  readonly missingSecrets: MissingSecrets
}

/**
 * Reads what `--policies FILE` names.
 *
 * @param text JSON
 * @throws PolicyError naming the field that is wrong
 */
export function parsePoliciesFile(text: string): PoliciesFile {
  const fields = fieldsOf(parseJson(text), '', ['keys', 'missingSecrets'])
  const list = fields['keys']
  if (!Array.isArray(list) || list.length === 0) {
    throw new PolicyError('keys', `a list of access keys is wanted here, not ${kindOf(list)}.`)
  }
  const attached = new Map<string, AttachedPolicies>()
  const accessKeys = list.map((value: unknown, index) => {
    const { key, policies } = parseKey(value, `keys[${index}]`)
    if (attached.has(key.accessKeyId)) {
      throw new PolicyError(`keys[${index}].accessKeyId`, `'${key.accessKeyId}' is there twice.`)
    }
    attached.set(key.accessKeyId, policies)
    return key
  })
  return { accessKeys, attached, missingSecrets: parseMissing(fields['missingSecrets']) }
}

const KEY_FIELDS = [
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'expiresAt',
  'arn',
  'userId',
  'policies',
  'boundary',
]

interface Parsed {
  readonly key: AccessKey
  readonly policies: AttachedPolicies
}

function parseKey(value: unknown, where: string): Parsed {
  const fields = fieldsOf(value, where, KEY_FIELDS)
  const accessKeyId = textOf(fields['accessKeyId'], within(where, 'accessKeyId'))
  if (!/^\w{3,128}$/.test(accessKeyId)) {
    const problem = '3 to 128 letters, digits or underscores are wanted here.'
    throw new PolicyError(within(where, 'accessKeyId'), problem)
  }
  const arn =
    fields['arn'] === undefined
      ? `arn:aws:iam::${DEFAULT_ACCOUNT}:user/${accessKeyId}`
      : parseArn(fields['arn'], within(where, 'arn'))
  const sessionToken = optionalText(fields, where, 'sessionToken')
  const expiresAt = parseTime(fields['expiresAt'], within(where, 'expiresAt'))
  return {
    key: {
      accessKeyId,
      secretAccessKey: textOf(fields['secretAccessKey'], within(where, 'secretAccessKey')),
      ...(sessionToken !== null && { sessionToken }),
      ...(expiresAt !== null && { expiresAt }),
      arn,
      accountId: arn.split(':')[4] ?? DEFAULT_ACCOUNT,
      userId: optionalText(fields, where, 'userId') ?? userIdOf(arn),
    },
    policies: {
      policies: parsePolicies(fields['policies'], within(where, 'policies')),
      boundary: parseBoundary(fields['boundary'], within(where, 'boundary')),
    },
  }
}

function parsePolicies(value: unknown, where: string): AttachedPolicies['policies'] {
  if (!Array.isArray(value)) {
    const problem = `a list of policy documents is wanted here, not ${kindOf(value)}.`
    throw new PolicyError(where, problem)
  }
  return value.map((policy: unknown, index) => parsePolicy(policy, `${where}[${index}]`))
}

function parseBoundary(value: unknown, where: string): AttachedPolicies['boundary'] {
  return value === undefined || value === null ? null : parsePolicy(value, where)
}

function parseMissing(value: unknown): MissingSecrets {
  if (value === undefined) return 'by-name'
  if (value === 'by-name' || value === 'denied') return value
  throw new PolicyError('missingSecrets', `'by-name' or 'denied' is wanted here.`)
}

const CALLER =
  /^arn:aws(?:-[a-z-]+)?:(?:iam::\d{12}:(?:root|user\/.+)|sts::\d{12}:assumed-role\/[^/]+\/[^/]+)$/

function parseArn(value: unknown, where: string): string {
  const arn = textOf(value, where)
  if (CALLER.test(arn)) return arn
  const wanted =
    'arn:aws:iam::123456789012:user/NAME or arn:aws:sts::123456789012:assumed-role/ROLE/SESSION'
  throw new PolicyError(where, `${wanted} is wanted here, not '${arn}'.`)
}

/** @returns milliseconds since the epoch */
function parseTime(value: unknown, where: string): number | null {
  if (value === undefined || value === null) return null
  const time = Date.parse(textOf(value, where))
  if (!Number.isNaN(time)) return time
  throw new PolicyError(where, 'a time as in 2026-11-25T12:00:00Z is wanted here.')
}

function optionalText(fields: Fields, where: string, name: string): string | null {
  const value = fields[name]
  return value === undefined || value === null ? null : textOf(value, within(where, name))
}

/**
 * Made of the ARN, so that it stays the same from start to start. The prefixes are AWS's.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
function userIdOf(arn: string): string {
  const { type, arn: ofPrincipal, sessionName } = principal(arn)
  if (type === 'Account') return arn.split(':')[4] ?? ''
  const unique = createHash('sha256').update(ofPrincipal).digest('hex').slice(0, 16).toUpperCase()
  return type === 'User' ? `AIDA${unique}` : `AROA${unique}:${sessionName ?? ''}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    // V8 quotes a piece of the text, which may be of a secret key.
    throw new PolicyError('', `The file is not JSON: ${problem.replace(/, .*$/s, '')}.`)
  }
}
