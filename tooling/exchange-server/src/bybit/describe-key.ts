import { describePermissions, type BybitKey } from './bybit-key.ts'
import type { Answer, SignedCall } from './endpoint.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** https://bybit-exchange.github.io/docs/v5/user/apikey-info */
export function queryApi({ key, time }: SignedCall): Answer {
  const { account, credential } = key
  const { deadlineDay, expiredAt } = validity(key, time)
  return {
    message: '',
    result: {
      id: key.id,
      note: key.note,
      apiKey: key.apiKey,
      readOnly: key.readOnly ? 1 : 0,
      secret: '',
      permissions: describePermissions(key.permissions),
      ips: boundIps(key),
      type: 1,
      deadlineDay,
      expiredAt,
      createdAt: dateTime(key.createdAt),
      unified: 0,
      uta: 1,
      userID: account.uid,
      inviterID: 0,
      vipLevel: 'No VIP',
      mktMakerLevel: '0',
      affiliateID: 0,
      rsaPublicKey:
        credential.kind === 'hmac'
          ? ''
          : String(credential.publicKey.export({ type: 'spki', format: 'pem' })),
      isMaster: account.masterUid === null,
      parentUid: String(account.masterUid ?? 0),
      kycLevel: 'LEVEL_DEFAULT',
      kycRegion: '',
    },
  }
}

/** How long a key is valid. One that is bound to addresses has no end: its date is then 1970. */
export function validity(
  { expiresAt }: BybitKey,
  time: number,
): { readonly deadlineDay: number; readonly expiredAt: string } {
  if (expiresAt === null) return { deadlineDay: -2, expiredAt: dateTime(0) }
  const days = Math.floor((expiresAt - time) / DAY_MS)
  return { deadlineDay: Math.max(0, days), expiredAt: dateTime(expiresAt) }
}

/** As answers have it: '*' where the key is bound to nothing. */
export function boundIps({ ips }: BybitKey): readonly string[] {
  return ips.length === 0 ? ['*'] : ips
}

/** '2023-05-15T03:13:24Z' */
export function dateTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
