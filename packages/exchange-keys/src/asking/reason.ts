/** What an exchange's refusal means, before it is known whether the key may just be elsewhere. */
export type RefusalReason =
  | 'expired'
  | 'key-unknown'
  | 'malformed'
  | 'signature'
  | 'passphrase'
  | 'ip-not-bound'
  | 'permission'
  | 'key-ip-or-permission'
  | 'clock'
  | 'region'
  | 'ip-banned'
  | 'account-frozen'
  | 'rate-limit'
  | 'server-error'
  | 'unsupported'

/** Why nothing sure can be said of a key. */
export type UnknownReason =
  | Exclude<RefusalReason, 'expired'>
  | 'wrong-site'
  | 'not-known-yet'
  | 'timeout'
  | 'unreachable'
  | 'redirected'
  | 'blocked'
  | 'unreadable'
  | 'other'
