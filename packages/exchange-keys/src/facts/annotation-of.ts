import type { Annotation } from '@mm-secrets/core'
import type { KeyFacts } from './key-facts.ts'

/**
 * What of the facts is worth recording beside the version.
 *
 * An end that the exchange does not tell leaves alone what is on record; a key without an end clears it, as one does
 * that was bound to addresses since.
 */
export function annotationOf({ site, expiresAt }: KeyFacts): Annotation {
  if (expiresAt === null) return { site }
  return { site, expiresAt: expiresAt === 'never' ? null : expiresAt }
}
