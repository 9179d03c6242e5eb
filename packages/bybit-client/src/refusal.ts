import { SecretsError, redact } from '@mm-secrets/core'
import type { Envelope } from './answer.ts'
import { describeOffset, isBeyond } from './clock-offset.ts'
import { explanationOf } from './explanation.ts'
import type { HttpReply } from './http-get.ts'
import { quoted } from './redaction.ts'
import type { RefusalContext } from './refusal-context.ts'

/** How a refusal goes on: with another credential, with patience, or not at all. */
type RefusalKind = 'authentication' | 'rate-limit' | 'final'

export interface Refusal {
  readonly kind: RefusalKind
  readonly error: SecretsError
}

/** 10003 unknown key, 10004 signature, 10007 authentication, 33004 expired: a rotation may have been missed. */
const AUTHENTICATION = new Set([10003, 10004, 10007, 33004])
/** Of an account, and of the system as a whole. */
const RATE_LIMIT = new Set([10006, 10429])

/** Characters of a page that are looked at. */
const LONGEST_PAGE = 4096

/** What Bybit refused, in words and with what to do; its own words follow, redacted. */
export function refusalOf(envelope: Envelope, context: RefusalContext): Refusal {
  const { retCode, retMsg } = envelope
  const words = quoted(retMsg, context.values).replace(/\.$/, '')
  const { code, what, hint } = retCode === 10002 ? window(context) : explanationOf(retCode, context)
  const error = new SecretsError(
    code,
    `Bybit refused GET ${context.path}: ${what} (${retCode}${words === '' ? '' : `: ${words}`}).`,
    { hint },
  )
  return { kind: kindOf(retCode), error }
}

function kindOf(retCode: number): RefusalKind {
  if (AUTHENTICATION.has(retCode)) return 'authentication'
  return RATE_LIMIT.has(retCode) ? 'rate-limit' : 'final'
}

/** Either the clock is wrong, or the request was too long on its way. */
function window({ offset, recvWindowMs }: RefusalContext): ReturnType<typeof explanationOf> {
  const measured =
    offset === null ? '' : `; this machine's clock is ${describeOffset(offset)} by this answer`
  if (offset !== null && isBeyond(offset, recvWindowMs, 1)) {
    return {
      code: 'DENIED',
      what: `its timestamp is outside the window of ${recvWindowMs} ms${measured}`,
      hint:
        offset.offsetMs < 0
          ? 'Set the clock by NTP: Bybit takes no timestamp from a second ahead on, and a wider window does not help.'
          : 'Set the clock by NTP.',
    }
  }
  return {
    code: 'UNAVAILABLE',
    what: `it arrived outside the window of ${recvWindowMs} ms${measured}`,
    hint: 'It was long on its way: try again. Where that stays so, widen recvWindowMs.',
  }
}

/** https://bybit-exchange.github.io/docs/v5/error#http-code */
export function pageRefusal({ status, body }: HttpReply, context: RefusalContext): Refusal {
  const words = pageWords(body, context)
  const what = `Bybit answered GET ${context.path} with HTTP ${status}, not with an answer of the API`
  const error = (code: 'DENIED' | 'UNAVAILABLE', hint: string): SecretsError =>
    new SecretsError(code, `${what}${words === '' ? '' : `: ${words}`}.`, { hint })
  if (status === 401) {
    return {
      kind: 'authentication',
      error: error('DENIED', 'The key was not accepted: verify it at Bybit.'),
    }
  }
  if (status === 429) {
    return { kind: 'rate-limit', error: error('UNAVAILABLE', 'Ask less often.') }
  }
  if (status === 403 && /too frequent/i.test(body)) {
    const hint = 'This address sent too many requests: send none for 10 minutes, then fewer.'
    return { kind: 'final', error: error('UNAVAILABLE', hint) }
  }
  if (status === 403) {
    const hint =
      `Bybit blocks this address or its region at ${context.host} (site on record: ` +
      `${context.site}). Use the site of the account's region, and a host that Bybit serves.`
    return { kind: 'final', error: error('DENIED', hint) }
  }
  const hint =
    'Something between here and Bybit answered, or Bybit is under maintenance: try again.'
  return { kind: 'final', error: error('UNAVAILABLE', hint) }
}

/** Of a page, what a person would see of its beginning. Values go first, so that no cut leaves a part of one. */
function pageWords(body: string, { values }: RefusalContext): string {
  const beginning = redact(body, values).slice(0, LONGEST_PAGE)
  return quoted(beginning.replace(/<[^>]*>/g, ' '), values).replace(/\.$/, '')
}
