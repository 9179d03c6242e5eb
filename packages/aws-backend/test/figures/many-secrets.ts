import type { CredentialRef } from '@mm-secrets/core'
import { credentialRef, secretName } from '@mm-secrets/core'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { REGION, newId, newValue } from '../stores.ts'

const PLACE = { accountId: '123456789012', region: REGION } as const

/**
 * Puts as many whole pairs on the server as are asked for, without a request for each.
 *
 * @param isOurs whether they carry our labels, as what `save` wrote does
 */
export function withPairs(
  { store }: RunningServer,
  count: number,
  isOurs = true,
): readonly CredentialRef[] {
  const place = store.at(PLACE)
  return Array.from({ length: count }, (_, index) => {
    const ref = credentialRef({ env: 'dev', exchange: 'bybit', account: `account${index}` })
    const shared = newId()
    for (const keyType of ['api_key', 'api_secret'] as const) {
      const id = isOurs ? shared : newId()
      const name = secretName(ref, keyType)
      const value = { string: newValue(18).reveal(), binary: null }
      place.write({
        arn: `arn:aws:secretsmanager:${REGION}:${PLACE.accountId}:secret:${name}-AbCdEf`,
        name,
        description: null,
        kmsKeyId: null,
        type: null,
        tags: isOurs ? new Map([[`mm.${id}`, 'w=mwvln33z c=mwvln33z']]) : new Map(),
        versions: new Map([[id, { id, value, createdAt: 0, kmsKeyIds: [] }]]),
        labels: new Map([['AWSCURRENT', id], ...(isOurs ? [[`mm-${id}`, id] as const] : [])]),
        createdAt: 0,
        changedAt: 0,
        deletion: null,
      })
    }
    return ref
  })
}
