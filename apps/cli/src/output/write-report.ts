import type { CredentialState, StatusRow, WriteResult } from '@mm-secrets/core'
import { formatRef } from '@mm-secrets/core'
import { credentialFields } from './credential-fields.ts'
import type { Json } from './json.ts'
import { refOptions } from './messages.ts'

export type WriteAction =
  'save' | 'rotate' | 'promote' | 'rollback' | 'adopt' | 'resume' | 'discard' | 'old-revoked'

/** What came of a write, for programs. */
export function writeJson(
  action: WriteAction,
  result: WriteResult,
  row: Pick<StatusRow, 'notRevoked'>,
): Json {
  const { pending, state } = result
  return {
    ...credentialFields(state.ref),
    action,
    exposed: isExposed(state),
    layout: state.layout,
    missing: pending?.missing ?? state.missing,
    notRevoked: row.notRevoked,
    pending:
      pending === null
        ? null
        : { missing: pending.missing, phase: pending.phase, versionId: pending.versionId },
    previous: state.previous,
    versionId: state.current,
  }
}

/** What came of a write, in a sentence. */
export function writeSentence(action: WriteAction, { pending, state }: WriteResult): string {
  const name = formatRef(state.ref)
  if (pending !== null) {
    return pending.missing.length > 0
      ? `Nothing of ${name} is live yet: ${missingWords(pending.missing)}.`
      : `The new version of ${name} is pending, not live yet.`
  }
  const version = state.current === null ? '' : ` Version ${shortId(state.current)} is live.`
  switch (action) {
    case 'save':
      return `Saved ${name}.${version}`
    case 'rotate':
      return `Rotated ${name}.${version}`
    case 'promote':
      return `Promoted to ${name}.${version}`
    case 'rollback':
      return `Rolled ${name} back to the values before.${version}`
    case 'adopt':
      return `Adopted ${name}.${version}`
    case 'resume':
      return `Nothing is pending for ${name}.${version}`
    case 'discard':
      return `Discarded what was pending for ${name}.${version}`
    case 'old-revoked':
      return `Noted that the previous key of ${name} is revoked.`
  }
}

/** What the person should do next. */
export function nextSteps(
  { pending, state }: WriteResult,
  row: Pick<StatusRow, 'notRevoked'>,
): readonly string[] {
  const options = refOptions(state.ref)
  if (pending !== null) {
    const [missing] = pending.missing
    return missing === undefined
      ? [`Make it live with: mm-secrets rotate ${options} --resume`]
      : [
          `To complete it within 60 minutes on this machine: mm-secrets save ${options} --key-type ${missing}`,
          `Later, or on another machine, add: --complete ${pending.versionId}`,
        ]
  }
  if (row.notRevoked === null || row.notRevoked !== state.previous) return []
  return [
    `The old key still works until it is revoked at ${state.ref.exchange}; then run: mm-secrets rotate ${options} --old-revoked`,
  ]
}

/** `api_secret is missing` */
function missingWords(missing: readonly string[]): string {
  return `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`
}

/** Enough of a version id to tell versions apart. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}

function isExposed(state: CredentialState): boolean {
  const current = state.versions.find((version) => version.id === state.current)
  return current?.metadata.exposedAt != null
}
