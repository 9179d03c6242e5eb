import type {
  CredentialReader,
  CredentialState,
  Draft,
  MemberVersions,
  Version,
} from '../backend/port.ts'
import { commandLine } from '../backend/refusals.ts'
import type { Members } from '../credential/credential.ts'
import { memberEntries, memberFingerprints } from '../credential/credential.ts'
import type { KeyType } from '../credential/exchange.ts'
import { KEY_TYPES } from '../credential/exchange.ts'
import type { Metadata } from '../credential/metadata.ts'
import { newMetadata } from '../credential/metadata.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import { checkMembers, parseValue } from '../credential/value.ts'
import type { VersionId } from '../credential/version.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'
import type { Clock } from '../runtime/clock.ts'
import { foreignVersions } from './foreign-versions.ts'
import type { Source, WriteOptions } from './write.ts'

type Fingerprints = Metadata['fingerprints']

/**
 * The version that a source stands for.
 *
 * @throws NOT_FOUND when there is nothing to promote, to go back to or to adopt, INCOMPLETE for a half copy, CONFLICT
 *   when what is to be adopted moved, REVOKED for a key that an incident froze or that is dead at the exchange,
 *   INVALID_VALUE when it is what is current already
 */
export async function makeDraft(
  store: Pick<CredentialReader, 'describe' | 'read'>,
  ref: CredentialRef,
  state: CredentialState | null,
  versionId: VersionId,
  source: Source,
  options: WriteOptions,
  clock: Clock,
  call: Call,
): Promise<Draft> {
  const { values, metadata } = await resolve(store, ref, state, source, clock, call)
  const fingerprints = memberFingerprints(ref.exchange, values)
  // What is adopted is current: that is why.
  if (source.from !== 'foreign') refuseCurrent(ref, state, fingerprints)
  refuseFrozen(ref, state, fingerprints)
  return {
    versionId,
    values,
    metadata: { ...metadata, ...options.annotation, fingerprints },
    ...(options.layout === undefined ? {} : { layout: options.layout }),
    ...(options.managed === undefined ? {} : { managed: options.managed }),
  }
}

interface Resolved {
  readonly values: Members
  readonly metadata: Metadata
}

async function resolve(
  store: Pick<CredentialReader, 'describe' | 'read'>,
  ref: CredentialRef,
  state: CredentialState | null,
  source: Source,
  clock: Clock,
  call: Call,
): Promise<Resolved> {
  switch (source.from) {
    case 'values':
      return { values: source.values, metadata: newMetadata(clock.now()) }
    case 'copy':
      return promoted(store, source.ref, call)
    case 'previous':
      return rolledBack(store, ref, state, call)
    case 'foreign':
      return adopted(store, ref, state, source.seen, call)
  }
}

/** A promoted key is as old as its copy: it was made at the exchange when the copy was saved. */
async function promoted(
  store: Pick<CredentialReader, 'describe' | 'read'>,
  copy: CredentialRef,
  call: Call,
): Promise<Resolved> {
  const credential = await store.read(copy, { stage: 'AWSCURRENT' }, call)
  if (credential === null) {
    throw new SecretsError('NOT_FOUND', `There is no copy ${formatRef(copy)} to promote.`, {
      hint: `Save the new key under the suffix first: ${commandLine('save', copy)}`,
    })
  }
  const version = versionOf(await store.describe(copy, call), credential.versionId)
  return { values: credential.members, metadata: version?.metadata ?? newMetadata(null) }
}

async function rolledBack(
  store: Pick<CredentialReader, 'read'>,
  ref: CredentialRef,
  state: CredentialState | null,
  call: Call,
): Promise<Resolved> {
  const previous = versionOf(state, state?.previous ?? null)
  const credential =
    previous === null ? null : await store.read(ref, { versionId: previous.id }, call)
  if (previous === null || credential === null) throw nothingToRollBackTo(ref)
  if (!credential.paired) {
    throw new SecretsError(
      'FOREIGN_WRITE',
      `The previous version of ${formatRef(ref)} was written by another tool.`,
      { hint: 'Its members may not belong together; save the key that you want instead.' },
    )
  }
  if (previous.metadata.revokedAt !== null) {
    throw new SecretsError(
      'REVOKED',
      `The previous key of ${formatRef(ref)} is recorded as revoked at the exchange.`,
      { hint: 'It no longer works there. Make a new key and rotate to it.' },
    )
  }
  return {
    values: credential.members,
    metadata: { ...previous.metadata, copyOf: previous.id },
  }
}

/**
 * What other tools wrote, by the ids that were seen: a person judged these values, and later ones are not judged.
 *
 * A key is as old as its version; who wrote it may have had it for longer, which nobody can tell.
 */
async function adopted(
  store: Pick<CredentialReader, 'read'>,
  ref: CredentialRef,
  state: CredentialState | null,
  seen: CredentialState,
  call: Call,
): Promise<Resolved> {
  const versions = foreignVersions(seen)
  if (state === null || state.current !== seen.current || !sameVersions(state, versions)) {
    throw movedSinceSeen(ref)
  }
  const credential = await store.read(ref, { members: versions }, call)
  if (credential === null) throw movedSinceSeen(ref)
  const known = versionOf(state, seen.current)?.metadata.createdAt ?? null
  return {
    values: checkedValues(ref, credential.members),
    metadata: { ...newMetadata(known ?? credential.createdAt), copyOf: seen.current },
  }
}

/** What no save of ours has checked: a line end that another tool left behind would make a wrong signature. */
function checkedValues({ exchange }: CredentialRef, members: Members): Members {
  checkMembers(exchange, members)
  return Object.fromEntries(
    memberEntries(exchange, members).map(([keyType, value]) => [
      keyType,
      parseValue(keyType, value.reveal()),
    ]),
  )
}

function sameVersions({ asWritten, ref }: CredentialState, versions: MemberVersions): boolean {
  return KEY_TYPES[ref.exchange].every((keyType) => asWritten?.[keyType] === versions[keyType])
}

function movedSinceSeen(ref: CredentialRef): SecretsError {
  return new SecretsError(
    'CONFLICT',
    `${formatRef(ref)} was changed since it was shown: it holds other versions now.`,
    { hint: `Nothing was written. Look at it again: ${commandLine('rotate', ref, '--adopt')}` },
  )
}

function nothingToRollBackTo(ref: CredentialRef): SecretsError {
  return new SecretsError('NOT_FOUND', `${formatRef(ref)} has no previous version.`, {
    hint: 'mm-secrets history shows which versions there are.',
  })
}

function versionOf(state: CredentialState | null, id: VersionId | null): Version | null {
  return state?.versions.find((version) => version.id === id) ?? null
}

function refuseCurrent(
  ref: CredentialRef,
  state: CredentialState | null,
  fingerprints: Fingerprints,
): void {
  const twin = sharedMember(versionOf(state, state?.current ?? null), fingerprints)
  if (twin === null) return
  throw new SecretsError(
    'INVALID_VALUE',
    `The new ${twin} of ${formatRef(ref)} is the one that is current already.`,
    { hint: 'Nothing was written. Copy the new key from the exchange again.' },
  )
}

function refuseFrozen(
  ref: CredentialRef,
  state: CredentialState | null,
  fingerprints: Fingerprints,
): void {
  const frozen = state?.versions.filter((version) => version.frozen) ?? []
  if (!frozen.some((version) => sharedMember(version, fingerprints) !== null)) return
  throw new SecretsError(
    'REVOKED',
    `This key of ${formatRef(ref)} was frozen by an incident and never comes back.`,
    { hint: 'Make a new key at the exchange.' },
  )
}

function sharedMember(version: Version | null, fingerprints: Fingerprints): KeyType | null {
  if (version === null) return null
  const known = version.metadata.fingerprints
  const members = Object.keys(fingerprints) as KeyType[]
  return members.find((member) => fingerprints[member] === known[member]) ?? null
}
