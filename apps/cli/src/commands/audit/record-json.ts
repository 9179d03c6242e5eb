import type { AuditRecord } from '@mm-secrets/core'
import { shortFingerprint } from '@mm-secrets/core'
import type { Json } from '../../output/json.ts'
import { isoTime } from '../../output/json.ts'

/** A record of the log as documents have it. */
export function recordJson(record: AuditRecord): Json {
  const { actor, fingerprint, incident } = record
  return {
    action: record.action,
    actor: { face: actor.face, host: actor.host, user: actor.user },
    at: isoTime(record.at),
    caller: record.caller,
    code: record.code,
    credential: record.credential,
    env: record.env,
    fingerprint: fingerprint === null ? null : shortFingerprint(fingerprint),
    incident: incident === null ? null : { id: incident.id, step: incident.step },
    key: record.key,
    mac: record.mac,
    outcome: record.outcome,
    reason: record.reason,
    sequence: record.sequence,
    versionId: record.versionId,
  }
}
