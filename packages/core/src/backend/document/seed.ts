import type { Members } from '../../credential/credential.ts'
import { isWhole, memberFingerprints } from '../../credential/credential.ts'
import type { Environment } from '../../credential/exchange.ts'
import { KEY_TYPES } from '../../credential/exchange.ts'
import { newMetadata } from '../../credential/metadata.ts'
import type { CredentialRef, SecretName } from '../../credential/name.ts'
import { parseSecretName, secretName } from '../../credential/name.ts'
import { Redacted } from '../../credential/redacted.ts'
import type { Layout } from '../../credential/version.ts'
import { mintVersionId } from '../../credential/version.ts'
import { printable } from '../../errors/printable.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Deps } from '../../runtime/deps.ts'
import type { VaultDocument } from './document.ts'
import type { StoredCredential } from './stored-credential.ts'
import { formatStored } from './stored-credential.ts'

interface Seeded {
  readonly ref: CredentialRef
  readonly layout: Layout
  readonly values: Members
}

/**
 * The documents that hold the given secrets, each credential with one version of unknown age.
 *
 * Where a credential is named in both layouts its members by name count, as they do for readers of any store.
 *
 * @param seed members by their own names, or a JSON object of them under the JSON name
 * @throws CONFIG for a name or a JSON object that is none of a credential, without its content
 */
export function seededDocuments(
  seed: ReadonlyMap<SecretName, Redacted>,
  randomness: Deps['randomness'],
): ReadonlyMap<Environment, VaultDocument['credentials']> {
  const documents = new Map<Environment, Record<string, unknown>>()
  for (const [name, { ref, layout, values }] of seededCredentials(seed)) {
    const document = documents.get(ref.env) ?? {}
    document[name] = formatStored(ref.exchange, seededCredential(ref, layout, values, randomness))
    documents.set(ref.env, document)
  }
  return documents
}

function seededCredentials(
  seed: ReadonlyMap<SecretName, Redacted>,
): ReadonlyMap<SecretName, Seeded> {
  const credentials = new Map<SecretName, Seeded>()
  for (const [name, value] of seed) {
    const parsed = parseSecretName(name)
    if (parsed === null) throw malformed(name, 'is not the name of a secret')
    const { ref, member } = parsed
    const anchor = secretName(ref, 'api_key')
    const known = credentials.get(anchor)
    if (member === 'json') {
      const values = parseMembers(ref, name, value)
      if (known === undefined) credentials.set(anchor, { ref, layout: 'json', values })
    } else {
      const others = known?.layout === 'pair' ? known.values : {}
      credentials.set(anchor, { ref, layout: 'pair', values: { ...others, [member]: value } })
    }
  }
  return credentials
}

function seededCredential(
  ref: CredentialRef,
  layout: Layout,
  values: Members,
  randomness: Deps['randomness'],
): StoredCredential {
  const id = mintVersionId(randomness)
  const fingerprints = memberFingerprints(ref.exchange, values)
  const metadata = { ...newMetadata(null), fingerprints }
  const whole = isWhole(ref.exchange, values)
  return {
    layout,
    current: whole ? id : null,
    previous: null,
    pending: whole ? [] : [id],
    deletedUntil: null,
    versions: [{ id, writtenAt: null, frozen: false, metadata, values }],
  }
}

/** The members that a JSON object holds. Where it says `exchange` and `env`, they must be those of its name. */
function parseMembers(ref: CredentialRef, name: SecretName, value: Redacted): Members {
  const fields = parseObject(name, value)
  for (const part of ['env', 'exchange'] as const) {
    const said = fields[part]
    if (said !== undefined && said !== ref[part]) throw malformed(name, `names another ${part}`)
  }
  const values: { -readonly [K in keyof Members]: Members[K] } = {}
  for (const keyType of KEY_TYPES[ref.exchange]) {
    const member = fields[keyType]
    if (member === undefined) continue
    if (typeof member !== 'string') throw malformed(name, `has a ${keyType} that is not a string`)
    values[keyType] = new Redacted(member)
  }
  if (Object.keys(values).length === 0) throw malformed(name, 'holds none of its members')
  return values
}

function parseObject(name: SecretName, value: Redacted): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(value.reveal())
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>
    }
  } catch {
    // The parser's own message would quote the value.
  }
  throw malformed(name, 'is not a JSON object')
}

function malformed(name: string, problem: string): SecretsError {
  return new SecretsError('CONFIG', `The given secret ${printable(name)} ${problem}.`, {
    hint: 'Name a member, such as mm-bot/prod/bybit/api_key, or give mm-bot/prod/bybit a JSON object of the members.',
  })
}
