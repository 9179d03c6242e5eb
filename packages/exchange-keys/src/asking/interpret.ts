import type { Credential, Metadata } from '@mm-secrets/core'
import { memberEntries, printable, redact, Redacted } from '@mm-secrets/core'
import { EXCHANGE_NAMES } from '../facts/exchange-names.ts'
import type { Reply } from './converse.ts'
import type { Subject } from './explain.ts'
import { explainDead, explainUnknown } from './explain.ts'
import type { Inquiry, Refusal } from './inquiry.ts'
import type { KeyAnswer } from './key-answer.ts'
import type { RefusalReason, UnknownReason } from './reason.ts'

/** What an answer is an answer to. */
export interface Context {
  readonly credential: Credential
  readonly site: string
  readonly recorded: Pick<Metadata, 'site' | 'createdAt'> | undefined
  readonly inquiry: Inquiry
  readonly clockOffsetMs: number | null
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Until then a key that is unknown may not have reached every server of the exchange. */
const NEW_KEY_MS = 10 * 60_000

/** What is shown of an exchange's words. */
const MAX_SAID = 300

/**
 * What an answer about a key means.
 *
 * @param sent values of headers and query, in case the exchange repeats them
 */
export function interpret(context: Context, reply: Reply, sent: readonly string[]): KeyAnswer {
  if (reply.kind === 'none') return unanswered(context, reply)
  const { inquiry, site, credential, clockOffsetMs } = context
  const status = `HTTP ${reply.status}`
  if (reply.kind === 'page') return unknown(context, pageReason(reply.status), status)
  const refusal = inquiry.readRefusal(reply.body)
  if (refusal !== null) return refused(context, refusal, reply.status, sent)
  const facts = reply.status === 200 ? inquiry.readFacts(reply.body, site) : null
  const described = inquiry.readKey(reply.body)
  const another = described !== null && described !== credential.members.api_key.reveal()
  if (facts === null || another) return unknown(context, pageReason(reply.status), status)
  return { outcome: 'alive', facts, clockOffsetMs }
}

/** What a status says where the body says nothing. */
function pageReason(status: number): UnknownReason {
  if (status >= 300 && status < 400) return 'redirected'
  if (status === 404) return 'unsupported'
  if (status === 418 || status === 429) return 'rate-limit'
  // "IP addresses located in the US or Mainland China are restricted and will return a 403 Forbidden error",
  // https://bybit-exchange.github.io/docs/v5/guide; asking too often gets a 403 too.
  if (status === 403) return 'blocked'
  if (status === 451) return 'region'
  return status >= 500 ? 'server-error' : 'unreadable'
}

function refused(
  context: Context,
  { code, said }: Refusal,
  status: number,
  sent: readonly string[],
): KeyAnswer {
  const { inquiry, credential, clockOffsetMs } = context
  const known = Object.hasOwn(inquiry.reasons, code) ? inquiry.reasons[code] : undefined
  const verdict = verdictOf(context, known ?? (status >= 500 ? 'server-error' : 'other'))
  const words = { code, said: shown(said, credential, sent), clockOffsetMs }
  const subject = subjectOf(context, code)
  if (verdict === 'expired' || verdict === 'gone') {
    return { outcome: 'dead', reason: verdict, ...words, ...explainDead(verdict, subject) }
  }
  return { outcome: 'unknown', reason: verdict, ...words, ...explainUnknown(verdict, subject) }
}

/** A key that is unknown at its own site is gone; anywhere else, or just made, it may well be alive. */
function verdictOf(
  { site, recorded, now }: Context,
  reason: RefusalReason | 'other',
): UnknownReason | 'expired' | 'gone' {
  if (reason !== 'key-unknown') return reason
  const { site: recordedSite = null, createdAt = null } = recorded ?? {}
  if (createdAt !== null && now - createdAt < NEW_KEY_MS) return 'not-known-yet'
  if (recordedSite === null) return 'key-unknown'
  return recordedSite === site ? 'gone' : 'wrong-site'
}

/** Bybit's 10004 repeats the string that was to be signed, and with it the API key. */
function shown(said: string, credential: Credential, sent: readonly string[]): string | null {
  const members = memberEntries(credential.ref.exchange, credential.members)
  const values = [...members.map(([, value]) => value), ...signaturesIn(sent)]
  const text = printable(redact(said, values)).slice(0, MAX_SAID)
  return text === '' ? null : text
}

/** The signature and what else is long enough to be one; times, windows and versions stay readable. */
function signaturesIn(sent: readonly string[]): readonly Redacted[] {
  return sent.filter((value) => value.length > 20).map((value) => new Redacted(value))
}

/** What it means that there was no answer. */
export function unanswered(context: Context, reply: Extract<Reply, { kind: 'none' }>): KeyAnswer {
  return unknown(context, reply.why, reply.detail)
}

function unknown(context: Context, reason: UnknownReason, detail: string): KeyAnswer {
  const { clockOffsetMs } = context
  const code = detail === '' ? null : detail
  const words = explainUnknown(reason, subjectOf(context, detail))
  return { outcome: 'unknown', reason, code, said: null, clockOffsetMs, ...words }
}

function subjectOf(
  { credential, site, recorded, clockOffsetMs }: Context,
  detail: string,
): Subject {
  const exchange = EXCHANGE_NAMES[credential.ref.exchange]
  const recordedSite = recorded?.site == null ? null : printable(recorded.site)
  return { exchange, site, recordedSite, clockOffsetMs, detail }
}
