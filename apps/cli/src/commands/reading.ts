import type { Credential, CredentialRef, Secrets } from '@mm-secrets/core'
import { formatRef } from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import { refOptions, warn } from '../output/messages.ts'
import { whileDeleted } from './deleted.ts'
import { notFound } from './session.ts'

/**
 * Reads what is current, and says so where another tool wrote it.
 *
 * @throws NOT_FOUND and whatever reading throws
 */
export async function readCurrent(
  { terminal }: Pick<CliContext, 'terminal'>,
  { secrets, settings }: Pick<Session, 'secrets' | 'settings'>,
  ref: CredentialRef,
  ask: NonNullable<Parameters<Secrets['read']>[1]>,
): Promise<Credential> {
  const credential = await secrets.read(ref, ask)
  if (credential === null) {
    const state = await secrets.describe(ref)
    throw state !== null && state.deletedUntil !== null
      ? whileDeleted(state)
      : notFound({ settings }, ref)
  }
  if (!credential.paired) {
    warn(
      terminal,
      `${formatRef(ref)} was written by another tool, which does not save members together. Look at it and adopt it: mm-secrets rotate ${refOptions(ref)} --adopt`,
    )
  }
  return credential
}
