import type { CredentialState } from '@mm-secrets/core'
import { SecretsError, formatRef } from '@mm-secrets/core'
import { isoTime } from '../output/json.ts'
import { refOptions } from '../output/messages.ts'

/** For who asks for what is deleted: until when it can be restored, and how. */
export function whileDeleted({ deletedUntil, ref }: CredentialState): SecretsError {
  return new SecretsError('NOT_FOUND', `${formatRef(ref)} is deleted.`, {
    hint: `It can be restored until ${day(isoTime(deletedUntil))}: mm-secrets restore ${refOptions(ref)}`,
  })
}

/** A day is enough for a person. */
export function day(time: string | null): string {
  return time === null ? 'later' : time.slice(0, 10)
}
