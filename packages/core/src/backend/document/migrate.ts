import type { CredentialRef } from '../../credential/name.ts'
import type { Layout } from '../../credential/version.ts'
import type { CredentialState } from '../port.ts'
import { refuseLayout } from '../refusals.ts'
import { requireBase, requireLive } from './refusals.ts'
import type { StoredCredential } from './stored-credential.ts'

/** Converts in place. In a document the layout is a label: versions and their ids stay as they are. */
export function migrate(
  ref: CredentialRef,
  stored: StoredCredential | null,
  base: CredentialState,
  layout: Layout,
): StoredCredential {
  refuseLayout(ref, layout)
  const live = requireLive(ref, stored)
  requireBase(ref, live, base)
  return live.layout === layout ? live : { ...live, layout }
}
