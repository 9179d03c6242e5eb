import { expect, test } from 'vitest'
import { pause } from '../../../src/backend/paired/tools.ts'
import { newCall } from '../../../src/runtime/call.ts'
import { systemClock } from '../../../src/runtime/clock.ts'

test('a person who leaves during a pause is told INTERRUPTED', async () => {
  const person = new AbortController()
  const long = 5
  const paused = pause(
    { clock: systemClock },
    long,
    'reading dev/bybit',
    newCall(systemClock, person.signal),
  )
  person.abort()
  await expect(paused).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: 'Interrupted while reading dev/bybit.',
  })
})
