import type { ErrorCode } from '@mm-secrets/core'
import type { RefusalContext } from './refusal-context.ts'

interface Explanation {
  readonly code: ErrorCode
  /** Follows `Bybit refused GET …:`. */
  readonly what: string
  readonly hint: string
}

/** What a code means here. @see https://bybit-exchange.github.io/docs/v5/error */
export function explanationOf(retCode: number, context: RefusalContext): Explanation {
  const { host, site } = context
  const key = context.subject === null ? 'the key' : `the key of ${context.subject}`
  switch (retCode) {
    case 10001:
      return usage('a parameter is missing or wrong', "See the endpoint's page for what it takes.")
    case 10003:
      return denied(
        `${key} is unknown at ${host}`,
        `Keys belong to one site, and the site on record is ${site}. If the key was made at another one, ` +
          'say so with `site`; else it was deleted, or is so new that it is not known everywhere.',
      )
    case 10004:
      return denied(
        `the signature with ${key} does not hold`,
        'The secret is not the one of this key: save both again, together, from Bybit.',
      )
    case 10005:
      return denied(`${key} may not do this`, 'Give it the permission to read, at Bybit.')
    case 10006:
    case 10429:
      return unavailable('too many requests', 'Ask less often.')
    case 10007:
      return denied(`${key} was not accepted`, 'Verify the key at Bybit, and rotate if it is dead.')
    case 10008:
    case 10027:
      return denied('the account is banned', 'Ask the support of Bybit.')
    case 10009:
      return denied(
        `this address is banned at ${host}, or its region is not served there`,
        `The site on record is ${site}. Use the site of the account's region, from a host that Bybit serves.`,
      )
    case 10010:
      return denied(
        `${key} is bound to other addresses than this machine's`,
        'Run it where the key is bound to, or add this address to the key at Bybit.',
      )
    case 10000:
    case 10016:
    case 10019:
      return unavailable('it failed', 'Try again.')
    case 10017:
      return unavailable(
        `${host} has no such path`,
        `Check that the site on record, ${site}, offers this endpoint.`,
      )
    case 10018:
      return unavailable(
        'this address sent too many requests',
        'Send none for 10 minutes, then fewer.',
      )
    case 10024:
      return denied(
        `rules of the account's region forbid it at ${host}`,
        `The site on record is ${site}. An account of a region is served at that region's site only: ` +
          'set `site` to it, or see what Bybit offers there.',
      )
    case 33004:
      return {
        code: 'REVOKED',
        what: `${key} has expired`,
        hint: 'Make a new key at Bybit and rotate to it.',
      }
    default:
      return denied('it said no', 'See https://bybit-exchange.github.io/docs/v5/error')
  }
}

function denied(what: string, hint: string): Explanation {
  return { code: 'DENIED', what, hint }
}

function unavailable(what: string, hint: string): Explanation {
  return { code: 'UNAVAILABLE', what, hint }
}

function usage(what: string, hint: string): Explanation {
  return { code: 'USAGE', what, hint }
}
