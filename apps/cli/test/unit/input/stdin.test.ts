import { Readable } from 'node:stream'
import { errorCode } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { readAll } from '../../../src/input/stdin.ts'

const never = new AbortController().signal

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    return errorCode(error)
  }
}

test('everything is read, in whatever pieces it comes', async () => {
  const stream = Readable.from([Buffer.from('key\n'), Buffer.from('sec'), Buffer.from('ret\n')])
  expect((await readAll(stream, 100, never)).toString()).toBe('key\nsecret\n')
})

test('a stream that does not end is cut off at the limit', async () => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1_000)
    })(),
  )
  expect(await codeOf(readAll(endless, 5_000, never))).toBe('INVALID_VALUE')
})

test('an interruption ends the wait for input', async () => {
  const controller = new AbortController()
  const silent = new Readable({ read: () => undefined })
  const reading = codeOf(readAll(silent, 100, controller.signal))
  controller.abort()
  expect(await reading).toBe('INTERRUPTED')
  expect(silent.destroyed).toBe(true)
})

test('after an interruption nothing is read at all', async () => {
  expect(await codeOf(readAll(Readable.from(['x']), 100, AbortSignal.abort()))).toBe('INTERRUPTED')
})
