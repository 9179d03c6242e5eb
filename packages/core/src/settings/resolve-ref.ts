import type { CredentialRef, CredentialRefParts } from '../credential/name.ts'
import { credentialRef } from '../credential/name.ts'
import { EXCHANGES } from '../credential/exchange.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Settings } from './settings.ts'

/**
 * A ref from what was asked, and where nothing was asked from what is set: `MM_ENV` (else `dev`), `MM_ACCOUNT`,
 * the namespace, and for readers `MM_API_KEY_SUFFIX`.
 *
 * @param asked an explicit null account or suffix means none, whatever is set
 * @param use writers name a suffix copy themselves: a forgotten variable must not divert a save
 * @throws USAGE naming the part; an empty text is not an absent one
 */
export function resolveRef(
  settings: Settings,
  asked: Partial<CredentialRefParts>,
  use: 'read' | 'write',
): CredentialRef {
  if (asked.exchange === undefined) {
    throw new SecretsError('USAGE', 'No exchange was named.', {
      hint: `Name one of ${EXCHANGES.join(', ')}.`,
    })
  }
  const suffix = use === 'read' ? settings.suffix : null
  return credentialRef({
    env: asked.env ?? settings.pin ?? 'dev',
    exchange: asked.exchange,
    account: asked.account === undefined ? settings.account : asked.account,
    suffix: asked.suffix === undefined ? suffix : asked.suffix,
    namespace: asked.namespace ?? settings.namespace,
  })
}
