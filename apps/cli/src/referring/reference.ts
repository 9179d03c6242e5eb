import type { CredentialState, KeyType, SecretName, Version, VersionId } from '@mm-secrets/core'
import { formatRef, KEY_TYPES, secretName, SecretsError } from '@mm-secrets/core'
import { refOptions } from '../output/messages.ts'

/** Where one member of one version is, for a reader that is not ours. */
export interface Reference {
  readonly keyType: KeyType
  readonly name: SecretName
  /** Complete, with the six characters that AWS adds. */
  readonly arn: string
  /** In json layout the field that holds the member; null: the whole secret is the value. */
  readonly field: KeyType | null
  readonly versionId: VersionId
}

/** Which version: `previous`, or one by its id. @default what is current */
export interface ReferenceChoice {
  readonly stage?: 'current' | 'previous'
  readonly versionId?: VersionId
}

/**
 * References to all members of one version, in the exchange's order: whoever resolves them gets members that belong
 * together, at whatever moment.
 *
 * @throws NOT_FOUND, CONFLICT (deleted, pending), FOREIGN_WRITE, INCOMPLETE, AMBIGUOUS_LAYOUT, REVOKED for what no
 *   reader should be pointed at, CONFIG where the store has no ARNs
 */
export function references(state: CredentialState, choice: ReferenceChoice): readonly Reference[] {
  refuseState(state)
  const version = chosenVersion(state, choice)
  refuseVersion(state, version)
  const { layout, ref } = state
  return KEY_TYPES[ref.exchange].map((keyType) => {
    const member = layout === 'json' ? 'json' : keyType
    const arn = state.arns[member]
    if (arn === undefined) throw noArns()
    return {
      keyType,
      name: secretName(ref, member),
      arn,
      field: layout === 'json' ? keyType : null,
      versionId: version.id,
    }
  })
}

function refuseState(state: CredentialState): void {
  const { condition, ref } = state
  const name = formatRef(ref)
  if (state.deletedUntil !== null) {
    throw refusal('CONFLICT', `${name} is deleted.`, `Restore it first: ${line('restore', state)}`)
  }
  switch (condition) {
    case 'whole':
      return
    case 'absent':
    case 'incomplete':
      throw refusal(
        'INCOMPLETE',
        `${name} has no whole version: ${state.missing.join(' and ')} missing.`,
        `Save the rest first: ${line('save', state)}`,
      )
    case 'foreign':
    case 'unpaired':
      throw refusal(
        'FOREIGN_WRITE',
        `${name} was written by another tool: its members have no version in common.`,
        `Look at it and adopt it first: ${line('rotate', state, '--adopt')}`,
      )
    case 'ambiguous':
      throw refusal(
        'AMBIGUOUS_LAYOUT',
        `${name} is stored in both layouts.`,
        `See what is there, and delete one of them: ${line('history', state)}`,
      )
  }
}

function chosenVersion(state: CredentialState, { stage, versionId }: ReferenceChoice): Version {
  const id = versionId ?? (stage === 'previous' ? state.previous : state.current)
  const version = state.versions.find((each) => each.id === id)
  if (version !== undefined) return version
  throw refusal(
    'NOT_FOUND',
    `${formatRef(state.ref)} has no ${versionId === undefined ? `${stage ?? 'current'} version` : 'such version'}.`,
    `See the versions that it has: ${line('history', state)}`,
  )
}

function refuseVersion(state: CredentialState, { frozen, id, ours }: Version): void {
  const name = formatRef(state.ref)
  if (frozen) {
    throw refusal(
      'REVOKED',
      `Version ${id} of ${name} was frozen by an incident.`,
      `Rotate to a new key: ${line('rotate', state)}`,
    )
  }
  if (!ours) {
    throw refusal(
      'FOREIGN_WRITE',
      `Version ${id} of ${name} was written by another tool.`,
      'Its members may not belong together; refer to a version that was saved whole.',
    )
  }
  if (id === state.current || id === state.previous) return
  // Nothing else keeps its values: AWS may remove a version that is neither, and a pending one may be given up.
  throw refusal(
    'CONFLICT',
    `Version ${id} of ${name} is neither current nor previous.`,
    `It may not be there tomorrow. See which ones are: ${line('history', state)}`,
  )
}

function noArns(): SecretsError {
  return refusal(
    'CONFIG',
    'References exist on aws only: nothing else can read this store by itself.',
    'Set SECRETS_BACKEND=aws; elsewhere a program gets its credential from mm-secrets run.',
  )
}

function refusal(
  code: ConstructorParameters<typeof SecretsError>[0],
  message: string,
  hint: string,
): SecretsError {
  return new SecretsError(code, message, { hint })
}

function line(verb: string, { ref }: CredentialState, rest = ''): string {
  return `mm-secrets ${verb} ${refOptions(ref)}${rest === '' ? '' : ` ${rest}`}`
}
