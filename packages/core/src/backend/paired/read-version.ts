import type { Credential } from '../../credential/credential.ts'
import type { CredentialRef } from '../../credential/name.ts'
import { formatRef } from '../../credential/name.ts'
import type { Layout, VersionId } from '../../credential/version.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { MemberVersions } from '../port.ts'
import { commandLine } from '../refusals.ts'
import { halfRead } from './read-refusals.ts'
import { credentialOf, getMembers, isMoved, isOwn, matesByAnchorId } from './read.ts'
import type { Tools } from './tools.ts'

/**
 * One version of ours with its values, by its id.
 *
 * @returns null where no member has it
 * @throws INCOMPLETE for a half, REVOKED for a frozen one
 */
export async function readById(
  tools: Tools,
  ref: CredentialRef,
  layout: Layout,
  versionId: VersionId,
  evenFrozen: boolean,
  call: Call,
): Promise<Credential | null> {
  const round = await getMembers(tools, ref, layout, () => ({ versionId }), call)
  const [anchor] = round
  const own = round.filter(({ version }) => isOwn(version))
  if (layout === 'json' && anchor.version !== null) {
    return credentialOf(ref, layout, anchor.version, round, { paired: true, evenFrozen })
  }
  if (own.length === 0) return null
  if (anchor.version === null || own.length < round.length) throw halfRead(ref, round)
  return credentialOf(ref, layout, anchor.version, round, { paired: true, evenFrozen })
}

/**
 * The version that was current before, with its mates by its id.
 *
 * @returns null where there is none, or a mate does not have it any more
 * @throws FOREIGN_WRITE where other tools wrote it, REVOKED for a frozen one
 */
export async function readPrevious(
  tools: Tools,
  ref: CredentialRef,
  layout: Layout,
  evenFrozen: boolean,
  call: Call,
): Promise<Credential | null> {
  const round = await getMembers(tools, ref, layout, () => ({ label: 'AWSPREVIOUS' }), call)
  const [{ version }] = round
  if (version === null || isMoved(version)) return null
  if (layout === 'json') {
    return credentialOf(ref, layout, version, round, { paired: true, evenFrozen })
  }
  if (!isOwn(version)) throw foreignPrevious(ref, version.id)
  const whole = await matesByAnchorId(tools, ref, round, version.id, call)
  if (whole === null) return null
  return credentialOf(ref, layout, version, whole, { paired: true, evenFrozen })
}

/** Each member by an id of its own, as other tools left them; null where one is not there any more. */
export async function readAsWritten(
  tools: Tools,
  ref: CredentialRef,
  members: MemberVersions,
  call: Call,
): Promise<Credential | null> {
  const idOf = new Map<string, VersionId>(Object.entries(members))
  const choose = (member: string): { readonly versionId: VersionId } | null => {
    const versionId = idOf.get(member)
    return versionId === undefined ? null : { versionId }
  }
  const round = await getMembers(tools, ref, 'pair', choose, call)
  const [{ version }] = round
  if (version === null || round.some((got) => got.version === null)) return null
  return credentialOf(ref, 'pair', version, round, { paired: false, evenFrozen: false })
}

function foreignPrevious(ref: CredentialRef, id: VersionId): SecretsError {
  return new SecretsError(
    'FOREIGN_WRITE',
    `The previous version ${id} of ${formatRef(ref)} was written by another tool.`,
    {
      hint: `Its members may not belong together; store the key that you want: ${commandLine('rotate', ref)}`,
    },
  )
}
