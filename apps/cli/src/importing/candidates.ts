import type { CredentialRef, KeyType, Members, Redacted, Settings } from '@mm-secrets/core'
import {
  ADMIN_NAMESPACE,
  KEY_TYPES,
  missingMembers,
  parseValue,
  resolveRef,
  secretName,
  SecretsError,
} from '@mm-secrets/core'
import type { Found, LeftOut, Place, Reading } from '../formats/found.ts'

/** What of the command line says where credentials go. */
export interface DestinationFlags {
  readonly env?: string | undefined
  readonly account?: string | undefined
}

/** A credential that a file holds, or a part of one. */
export interface Candidate {
  readonly ref: CredentialRef
  readonly members: Members
  /** Null: the file does not say. */
  readonly site: string | null
  readonly places: readonly Place[]
  /** Why it cannot be stored; null: nothing is known against it. */
  readonly refused: string | null
}

export interface Candidates {
  readonly candidates: readonly Candidate[]
  readonly leftOut: readonly LeftOut[]
}

/** What templates have where a value belongs. */
const PLACEHOLDER = /^(?:your[_ -].*|<.*>|x{3,}|\*+|\.{3}|change_?me)$/i

/**
 * The credentials of a file, each with all that the file has of it.
 *
 * Values that lead to one credential are one: freqtrade's key and the same key in its ccxt_config, or binance and
 * binanceusdm. Where they differ, nobody can say which is right, and the credential is refused.
 */
export function collectCandidates(
  settings: Settings,
  flags: DestinationFlags,
  reading: Reading,
): Candidates {
  const leftOut = [...reading.leftOut]
  const groups = new Map<string, { readonly ref: CredentialRef; readonly found: Found[] }>()
  for (const each of reading.found) {
    const ref = destination(settings, flags, each)
    if (typeof ref === 'string') {
      const { lastLine, line, name } = each
      leftOut.push({ name, line, lastLine, why: ref })
      continue
    }
    const anchor = secretName(ref, 'api_key')
    const group = groups.get(anchor) ?? { ref, found: [] }
    group.found.push(each)
    groups.set(anchor, group)
  }
  const candidates = [...groups.values()].map(({ found, ref }) => candidate(ref, found))
  return { candidates, leftOut: leftOut.sort((a, b) => a.line - b.line) }
}

/** @returns where it goes, or why it cannot go anywhere */
function destination(
  settings: Settings,
  flags: DestinationFlags,
  { keyType, owner }: Found,
): CredentialRef | string {
  const keyTypes: readonly KeyType[] = KEY_TYPES[owner.exchange]
  if (!keyTypes.includes(keyType)) return `is no part of a ${owner.exchange} credential`
  const namespace = owner.namespace ?? settings.namespace
  if (namespace !== settings.namespace && namespace !== ADMIN_NAMESPACE) {
    return 'belongs to another namespace (MM_SECRETS_NAMESPACE)'
  }
  if (owner.env !== null && flags.env !== undefined && owner.env !== flags.env) {
    return 'is of another environment than --env says'
  }
  // A stored name says it all: no account in it means that there is none.
  const account = owner.account ?? (owner.namespace === null ? flags.account : null)
  const env = owner.env ?? flags.env
  try {
    return resolveRef(
      settings,
      {
        exchange: owner.exchange,
        namespace,
        suffix: owner.suffix,
        ...(env === undefined ? {} : { env }),
        ...(account === undefined ? {} : { account }),
      },
      'write',
    )
  } catch (error) {
    // What the command line says wrongly is not the file's fault.
    if (owner.account === null || !(error instanceof SecretsError)) throw error
    return `has a name that is no account: ${error.message}`
  }
}

function candidate(ref: CredentialRef, found: readonly Found[]): Candidate {
  const members: { -readonly [K in KeyType]?: Redacted } = {}
  const problems: string[] = []
  for (const keyType of KEY_TYPES[ref.exchange]) {
    const all = found.filter((each) => each.keyType === keyType)
    const [first] = all
    if (first === undefined) continue
    const value = judgeValue(keyType, all)
    if (typeof value === 'string') problems.push(value)
    else members[keyType] = value
  }
  const missing = missingMembers(ref.exchange, members)
  if (problems.length === 0 && missing.length > 0) {
    problems.push(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`)
  }
  return {
    ref,
    members,
    site: found.find(({ owner }) => owner.site !== null)?.owner.site ?? null,
    places: found.map(({ lastLine, line, name }) => ({ name, line, lastLine })),
    refused: problems.length === 0 ? null : problems.join('; '),
  }
}

/** @returns the value, or what is wrong with it */
function judgeValue(keyType: KeyType, all: readonly Found[]): Redacted | string {
  try {
    const [first, ...others] = all.map(({ value }) => parseValue(keyType, value.reveal()))
    const differs = others.some((other) => other.reveal() !== first?.reveal())
    if (differs || first === undefined) {
      const lines = all.map(({ line }) => line).join(' and ')
      return `the ${keyType} on lines ${lines} is not the same`
    }
    if (PLACEHOLDER.test(first.reveal())) return `the ${keyType} is a placeholder`
    return first
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error
    return sentenceEnd(error)
  }
}

/** A message as the end of a sentence. */
export function sentenceEnd({ message }: SecretsError): string {
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, '')
}
