import { describe, expect, it } from 'vitest'
import { wellFormed } from '../../src/client/well-formed.ts'

describe('keys', () => {
  it('that a header can hold are passed on', () => {
    const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', sessionToken: 'abc/+==' }
    expect(wellFormed(keys)).toBe(keys)
  })

  it.each(['key\n', 'k\u0000y', 'k\u007fy', 'kéy', '“key”'])(
    'that no header can hold are refused before a request is begun, untold',
    (text) => {
      for (const keys of [{ accessKeyId: text }, { accessKeyId: 'key', sessionToken: text }]) {
        expect(() => wellFormed(keys)).toThrow(
          expect.objectContaining({
            code: 'ERR_INVALID_CHAR',
            message: expect.not.stringContaining(text) as unknown,
          }),
        )
      }
    },
  )
})
