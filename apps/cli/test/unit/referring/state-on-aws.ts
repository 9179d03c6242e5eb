import type { CredentialRef, CredentialState, Layout, VersionId } from '@mm-secrets/core'
import { KEY_TYPES, secretName } from '@mm-secrets/core'

/** As AWS makes it of a name: six characters of its own at the end. */
export function arn(name: string): string {
  return `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`
}

/** @param ids of its versions: what is current, what was before, and others */
export function stateOnAws(
  ref: CredentialRef,
  layout: Layout,
  ids: readonly VersionId[],
): CredentialState {
  const [current = null, previous = null] = ids
  const members = layout === 'json' ? (['json'] as const) : KEY_TYPES[ref.exchange]
  return {
    ref,
    layout,
    condition: 'whole',
    missing: [],
    current,
    previous,
    versions: ids.map((id) => ({
      id,
      stages: [],
      ours: true,
      frozen: false,
      metadata: {
        createdAt: null,
        fingerprints: {},
        site: null,
        expiresAt: null,
        exposedAt: null,
        revokedAt: null,
        copyOf: null,
      },
    })),
    pending: [],
    deletedUntil: null,
    asWritten: null,
    arns: Object.fromEntries(members.map((member) => [member, arn(secretName(ref, member))])),
  }
}
