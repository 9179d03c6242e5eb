import type { Clock, Credential, Exchange, Metadata } from '@mm-secrets/core'
import type { KeyFacts } from '../facts/key-facts.ts'
import type { GetSigner } from '../signing/prepare-signer.ts'
import { prepareSigner } from '../signing/prepare-signer.ts'
import { binanceInquiry } from './binance-inquiry.ts'
import { bybitInquiry } from './bybit-inquiry.ts'
import type { Line, Reply } from './converse.ts'
import { converse } from './converse.ts'
import { originOf } from './hosts.ts'
import type { Inquiry } from './inquiry.ts'
import { interpret, unanswered } from './interpret.ts'
import type { KeyAnswer } from './key-answer.ts'
import { kucoinInquiry } from './kucoin-inquiry.ts'
import { measureClock } from './measure-clock.ts'

export interface AskOptions {
  /** Which host to ask, by its name in `sitesOf`. */
  readonly site: string
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** What is on record of this version: it tells a key that is gone from one that is elsewhere or new. */
  readonly recorded?: Pick<Metadata, 'site' | 'createdAt'>
  /** Stands for the host, on loopback only. */
  readonly endpoint?: string
  /** Of each request. @default 10,000 */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

const INQUIRIES: Readonly<Record<Exchange, Inquiry>> = {
  bybit: bybitInquiry,
  binance: binanceInquiry,
  kucoin: kucoinInquiry,
}

const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Asks an exchange what it knows of a key, with that key. Two GETs (at Binance three), nothing is retried.
 *
 * The time is asked first, and the request signed by it, so that a clock that is off does not hide the rest. `dead` is
 * said only where the exchange leaves no doubt: the key has expired, or is unknown at the site where it is on record.
 *
 * @throws USAGE for an unknown site, CONFIG for an endpoint that is not on loopback, INTERRUPTED; INVALID_VALUE,
 *   TORN_PAIR and INCOMPLETE for members that cannot sign
 */
export async function askExchange(credential: Credential, options: AskOptions): Promise<KeyAnswer> {
  const { site, recorded, fetch, clock, endpoint, signal } = options
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const { exchange } = credential.ref
  const origin = originOf(exchange, site, endpoint)
  const sign = prepareSigner(credential)
  const line: Line = { origin, fetch, clock, timeoutMs, signal }
  const inquiry = INQUIRIES[exchange]
  const measured = await measureClock(line, inquiry)
  const clockOffsetMs = measured.offsetMs
  const context = { credential, site, recorded, inquiry, clockOffsetMs, now: clock.now() }
  if (measured.unanswered !== null) return unanswered(context, measured.unanswered)
  const asked = await signed(line, sign, { path: inquiry.keyPath }, clockOffsetMs)
  const answer = interpret(context, asked.reply, asked.sent)
  if (answer.outcome !== 'alive' || answer.facts.owner !== null) return answer
  return { ...answer, facts: await withOwner(line, sign, inquiry, answer) }
}

async function signed(
  line: Line,
  sign: GetSigner,
  request: Parameters<GetSigner>[0],
  offsetMs: number | null,
): Promise<{ readonly reply: Reply; readonly sent: readonly string[] }> {
  const { url, headers } = sign(request, Math.round(line.clock.now() + (offsetMs ?? 0)))
  const reply = await converse(line, url, headers)
  return { reply, sent: [...Object.values(headers), ...queryValues(url)] }
}

/** Binance has the signature there. */
function queryValues(url: string): readonly string[] {
  return [...new URLSearchParams(url.split('?')[1] ?? '').values()]
}

/** The facts stand without it: a key may well be refused this. */
async function withOwner(
  line: Line,
  sign: GetSigner,
  { owner }: Inquiry,
  { facts, clockOffsetMs }: Extract<KeyAnswer, { outcome: 'alive' }>,
): Promise<KeyFacts> {
  if (owner === undefined) return facts
  const { path, query } = owner
  const { reply } = await signed(line, sign, { path, query }, clockOffsetMs)
  const ok = reply.kind === 'json' && reply.status === 200
  return ok ? { ...facts, owner: owner.read(reply.body) } : facts
}
