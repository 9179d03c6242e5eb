import type { ClockOffset } from './clock-offset.ts'
import type { HttpReply } from './http-get.ts'
import type { BybitRateLimit } from './rate-limits.ts'

/** What Bybit answered. */
export interface BybitAnswer {
  readonly dryRun: false
  /** As the endpoint's page describes it; a value of ours that it repeats is masked. */
  readonly result: Readonly<Record<string, unknown>>
  /** Bybit's time, in milliseconds since 1970; null: it told none. */
  readonly timeMs: number | null
  /** Measured by this answer. */
  readonly clockOffset: ClockOffset | null
  /** null: the endpoint counts no requests of an account. */
  readonly rateLimit: BybitRateLimit | null
}

/** The envelope of every answer. https://bybit-exchange.github.io/docs/v5/guide#response-format */
export interface Envelope {
  readonly retCode: number
  readonly retMsg: string
  readonly result: Readonly<Record<string, unknown>>
  readonly timeMs: number | null
}

/** @returns null: it is no answer of Bybit's, but a page of something that stands before it */
export function parseEnvelope({ body }: HttpReply): Envelope | null {
  const json = asObject(parseJson(body))
  const retCode = json?.['retCode']
  if (json === null || typeof retCode !== 'number') return null
  const { retMsg, result, time } = json
  return {
    retCode,
    retMsg: typeof retMsg === 'string' ? retMsg : '',
    result: asObject(result) ?? {},
    timeMs: typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : null,
  }
}

/** No answer of Bybit's has a quarter of this. */
const MAX_DEPTH = 64

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isWithin(MAX_DEPTH, value) ? value : null
  } catch {
    return null
  }
}

/** What is nested too deeply would end whoever walks it. */
function isWithin(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((item) => isWithin(depth - 1, item))
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return value as Readonly<Record<string, unknown>>
}
