import { Redacted } from '@mm-secrets/core'
import { describe, expect, it } from 'vitest'
import { Overdue } from '../../src/client/within.ts'
import type { FailureKind } from '../../src/errors/failure-kind.ts'
import { readFailure } from '../../src/errors/failure.ts'

/** As the SDK throws what a service answered. */
function answered(name: string, httpStatusCode: number, message = 'no', more: object = {}): Error {
  const $metadata = { httpStatusCode, requestId: '6f2d1a3c' }
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata, ...more })
}

/** As Node's sockets and resolver fail. */
function failed(code: string, more: object = {}): Error {
  return Object.assign(new Error(code), { code, ...more })
}

function read(thrown: unknown, values: readonly string[] = []): ReturnType<typeof readFailure> {
  return readFailure(
    thrown,
    values.map((value) => new Redacted(value)),
    1,
  )
}

describe('the kind of a failure', () => {
  it.each<[string, unknown, FailureKind]>([
    ['throttling', answered('ThrottlingException', 400), 'throttled'],
    ['throttling by its status', answered('Oddity', 429), 'throttled'],
    ['throttling that the service could not name better', answered('Throttling', 503), 'throttled'],
    [
      'a quota, for which waiting does not help',
      answered('LimitExceededException', 400),
      'refused',
    ],
    ['a denial', answered('AccessDeniedException', 400), 'refused'],
    ['a session that has expired', answered('ExpiredTokenException', 403), 'refused'],
    ['an error of the service', answered('InternalServiceError', 500), 'broken'],
    ['a gateway without an answer', answered('Unknown', 504), 'broken'],
    ['a request that the service did not get whole', answered('RequestTimeout', 400), 'lost'],
    [
      'an answer that broke off',
      Object.assign(new SyntaxError('x'), { $metadata: { httpStatusCode: 200, requestId: 'r' } }),
      'lost',
    ],
    [
      'a page',
      Object.assign(new SyntaxError('x'), { $metadata: { httpStatusCode: 200 } }),
      'stranger',
    ],
    ['a reset', failed('ECONNRESET'), 'lost'],
    ['a broken pipe', failed('EPIPE'), 'lost'],
    ['an attempt without an end', new Overdue(), 'lost'],
    ['a timeout of the socket', failed('ETIMEDOUT'), 'lost'],
    [
      'a timeout before there was a connection',
      failed('ETIMEDOUT', { syscall: 'connect' }),
      'unreachable',
    ],
    [
      'no connection in time',
      Object.assign(new Error('the socket did not establish a connection with the server'), {
        name: 'TimeoutError',
      }),
      'unreachable',
    ],
    [
      'a socket that fell silent',
      Object.assign(new Error('the socket timed out after 9 ms'), { name: 'TimeoutError' }),
      'lost',
    ],
    ['a resolver that does not answer', failed('EAI_AGAIN'), 'unreachable'],
    ['no route', failed('EHOSTUNREACH'), 'unreachable'],
    ['no such host', failed('ENOTFOUND'), 'absent'],
    ['nobody who listens', failed('ECONNREFUSED'), 'absent'],
    ['a certificate of another', failed('ERR_TLS_CERT_ALTNAME_INVALID'), 'stranger'],
    ['a certificate that has expired', failed('CERT_HAS_EXPIRED'), 'stranger'],
    ['a key that fits into no header', failed('ERR_INVALID_CHAR'), 'credentials'],
    ['a mistake of the SDK', new TypeError('x is not a function'), 'unknown'],
    ['nothing at all', undefined, 'unknown'],
  ])('is told by what was thrown: %s', (_, thrown, kind) => {
    expect(read(thrown).kind).toBe(kind)
  })
})

describe('what is decided by', () => {
  it('is read before values are taken out of the text: they may be words of it', () => {
    const deleted = answered('InvalidRequestException', 400, 'It was marked for deletion.')
    const failure = read(deleted, ['deletion', 'Request', 'Invalid'])
    expect(failure).toMatchObject({ name: 'InvalidRequestException', tells: 'deleted' })
    expect(failure.message).not.toContain('deletion')
  })

  it('is not a field of the answer', () => {
    const failure = read(answered('AccessDeniedException', 400, 'no', { code: 'ECONNRESET' }))
    expect(failure).toMatchObject({ kind: 'refused', name: 'AccessDeniedException' })
  })
})

describe('what is kept', () => {
  it('is the clock of AWS, for it tells of a clock that is wrong', () => {
    const $response = { headers: { date: 'Wed, 25 Nov 2026 03:00:00 GMT' } }
    expect(read(answered('X', 400, 'no', { $response })).serverTime).toBe(Date.UTC(2026, 10, 25, 3))
    expect(read(answered('X', 400)).serverTime).toBe(null)
  })

  it('is neither a name nor an id that is none', () => {
    const odd = { $metadata: { httpStatusCode: 400, requestId: 'a b\u0007' } }
    expect(read(answered('Name with\nlines', 400, 'no', odd))).toMatchObject({
      name: 'Error',
      requestId: null,
    })
  })
})
