import { timingSafeEqual } from 'node:crypto'

import type { Caller } from '../service/caller.ts'
import type { Clock } from '../service/clock.ts'
import { ServiceError } from '../service/service-error.ts'
import { DEFAULT_ACCOUNT, type AccessKey } from './access-key.ts'
import { amzDate, parseAmzDate } from './amz-date.ts'
import { parseAuthorization, type Authorization } from './authorization.ts'
import { canonicalRequest, type SignedRequest } from './canonical-request.ts'
import { isRegion } from './regions.ts'
import { signature, signingKeys } from './signature.ts'

const TOLERANCE_MINUTES = 5

export interface Authenticator {
  /**
   * @param service the signing name that the signature has to be for
   * @throws ServiceError as AWS refuses what is unsigned, wrongly signed, too old or too new
   */
  authenticate(request: SignedRequest, service: string): Authenticated
}

export interface Authenticated {
  readonly caller: Caller
  readonly region: string
}

export interface AuthenticatorOptions {
  readonly accessKeys: readonly AccessKey[]
  /** What signatures are dated against. */
  readonly signingClock: Clock
  /** What session tokens end by. */
  readonly clock: Clock
}

export function authenticator(options: AuthenticatorOptions): Authenticator {
  const keys = new Map(options.accessKeys.map((key) => [key.accessKeyId, key]))
  const signingKey = signingKeys()
  return {
    authenticate(request, service) {
      const authorization = parseAuthorization(header(request, 'authorization'))
      const key = keys.get(authorization.scope.accessKeyId)
      if (key === undefined) throw unrecognized()
      checkToken(key, header(request, 'x-amz-security-token'), options.clock.now())
      const time = signingTime(request)
      checkTime(time, options.signingClock.now())
      checkScope(authorization, time, service)
      checkSignature(
        request,
        authorization,
        time,
        signingKey(authorization.scope, key.secretAccessKey),
      )
      return { caller: callerOf(key), region: authorization.scope.region }
    },
  }
}

function callerOf(key: AccessKey): Caller {
  const accountId = key.accountId ?? DEFAULT_ACCOUNT
  return {
    accessKeyId: key.accessKeyId,
    accountId,
    arn: key.arn ?? `arn:aws:iam::${accountId}:user/${key.accessKeyId}`,
    userId: key.userId ?? `AIDA${key.accessKeyId.toUpperCase()}`,
  }
}

function checkToken(key: AccessKey, token: string | undefined, now: number): void {
  if (key.sessionToken !== token) throw unrecognized()
  if (key.expiresAt !== undefined && key.expiresAt <= now) {
    throw door('ExpiredTokenException', 'The security token included in the request is expired')
  }
}

/** @returns 'YYYYMMDDTHHMMSSZ' */
function signingTime(request: SignedRequest): string {
  const given = header(request, 'x-amz-date')
  if (given !== undefined && parseAmzDate(given) !== null) return given
  const date = Date.parse(header(request, 'date') ?? '')
  if (given === undefined && !Number.isNaN(date)) return amzDate(date)
  throw door(
    'IncompleteSignatureException',
    "Date must be in ISO-8601 'basic format'. See 'http://docs.aws.amazon.com/general/latest/gr/sigv4-date-handling.html'",
  )
}

function checkTime(time: string, now: number): void {
  const signed = parseAmzDate(time) ?? 0
  const tolerance = TOLERANCE_MINUTES * 60_000
  const [earliest, latest] = [amzDate(now - tolerance), amzDate(now + tolerance)]
  if (signed < now - tolerance) {
    throw invalid(
      `Signature expired: ${time} is now earlier than ${earliest} (${amzDate(now)} - ${TOLERANCE_MINUTES} min.)`,
    )
  }
  if (signed > now + tolerance) {
    throw invalid(
      `Signature not yet current: ${time} is still later than ${latest} (${amzDate(now)} + ${TOLERANCE_MINUTES} min.)`,
    )
  }
}

function checkScope({ scope }: Authorization, time: string, service: string): void {
  if (scope.date !== time.slice(0, 8)) {
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${time.slice(0, 8)}', from '${time}'.`,
    )
  }
  if (scope.service !== service) {
    throw invalid(`Credential should be scoped to correct service: '${service}'. `)
  }
  if (!isRegion(scope.region)) {
    throw invalid(`Credential should be scoped to a valid region, not '${scope.region}'. `)
  }
}

function checkSignature(
  request: SignedRequest,
  { scope, signedHeaders, signature: given }: Authorization,
  time: string,
  key: Buffer,
): void {
  if (!signedHeaders.includes('host')) {
    throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  const canonical = canonicalRequest(request, signedHeaders)
  const expected = Buffer.from(signature(canonical, time, scope, key))
  const found = Buffer.from(given)
  if (expected.length !== found.length || !timingSafeEqual(expected, found)) {
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  }
}

function header(request: SignedRequest, name: string): string | undefined {
  return request.headers.find(([each]) => each.toLowerCase() === name)?.[1]
}

function unrecognized(): ServiceError {
  return door(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  )
}

function invalid(message: string): ServiceError {
  return door('InvalidSignatureException', message)
}

function door(code: string, message: string): ServiceError {
  return new ServiceError(code, message, { atTheDoor: true })
}
