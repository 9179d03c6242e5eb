import type { Environment, VaultRecipient, VaultVersion } from '@mm-secrets/core'
import type { Json } from '../../output/json.ts'
import { isoTime } from '../../output/json.ts'

/** A recipient as documents have it. */
export function recipientJson({ addedAt, label, own, recipient }: VaultRecipient): Json {
  return { addedAt: isoTime(addedAt), label, own, recipient }
}

/** A version as two people compare it. */
export function versionText({ number, sha256, writtenAt }: VaultVersion): string {
  return `version ${number}, written ${String(isoTime(writtenAt))}, SHA-256 ${sha256}`
}

/** What brings another machine to this version. */
export function trustLine(env: Environment, { sha256 }: VaultVersion): string {
  return `mm-secrets vault trust --env ${env} --sha256 ${sha256}`
}
