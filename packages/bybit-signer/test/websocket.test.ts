import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signBybitWebSocket } from '../src/index.ts'
import { freshCredential, rsaPem, Veiled } from './keys.ts'
import { expectRefusal } from './refusal.ts'

const expiresMs = 1_700_000_010_000

describe('a WebSocket login', () => {
  test('is one frame of JSON, signed with RSA where the secret is a PEM block', () => {
    const pem = rsaPem()
    const frame = JSON.parse(signBybitWebSocket({ key: 'k', secret: pem }, { expiresMs })) as {
      op: string
      args: [string, number, string]
    }
    expect(frame).toMatchObject({ op: 'auth', args: ['k', expiresMs, expect.any(String)] })
    const signature = Buffer.from(frame.args[2], 'base64')
    const text = Buffer.from(`GET/realtime${expiresMs}`)
    expect(verify('sha256', text, createPublicKey(pem), signature)).toBe(true)
  })

  test('is refused for seconds, for a torn pair and for a secret of the wrong kind', () => {
    const { key, secret } = freshCredential()
    expectRefusal(
      () => signBybitWebSocket({ key, secret }, { expiresMs: 1_700_000_000 }),
      'USAGE',
      /expiresMs is too small/,
    )
    const torn = { key: new Veiled(key, 'v1'), secret: new Veiled(secret, 'v2') }
    expectRefusal(() => signBybitWebSocket(torn, { expiresMs }), 'TORN_PAIR', /different versions/)
    expectRefusal(
      () => signBybitWebSocket({ key, secret }, { expiresMs }, { keyKind: 'rsa' }),
      'INVALID_VALUE',
      /RSA key is expected/,
    )
  })
})
