import { describe, expect, test } from 'vitest'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { Recorder } from '../../src/session/recorder.ts'
import { recorder } from '../../src/session/recorder.ts'

/** A recorder whose sink always fails, and what it warned of. */
function failing(error: Error): { readonly record: Recorder; readonly warnings: string[] } {
  const warnings: string[] = []
  const record = recorder(
    { append: () => Promise.reject(error) },
    {
      actor: { face: 'cli', user: 'trader', host: 'desk' },
      clock: systemClock,
      warn: (line) => warnings.push(line),
    },
  )
  return { record, warnings }
}

describe('a read of prod that cannot be recorded', () => {
  const readProd = (error: Error): Promise<void> =>
    failing(error).record.recordRead({ action: 'read', env: 'prod', outcome: 'done' })

  test('passes on what its cause says is to be done, beside the general way out', async () => {
    const cause = new SecretsError('UNAVAILABLE', 'It is held.', { hint: 'Remove the folder x.' })
    await expect(readProd(cause)).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      hint: 'Remove the folder x. Or send records elsewhere with MM_AUDIT_SINKS=stderr.',
    })
  })

  test('names the general way out once', async () => {
    const hint = 'Remove the folder x. To record elsewhere meanwhile: MM_AUDIT_SINKS=stderr.'
    const cause = new SecretsError('AUDIT_UNAVAILABLE', 'It is held.', { hint })
    await expect(readProd(cause)).rejects.toMatchObject({ hint })
  })
})

test('a foreign message reaches the terminal without what could deceive it', async () => {
  const { record, warnings } = failing(new Error('odd \u001b[2J name'))
  await record.recordQuietly({ action: 'list', env: 'dev', outcome: 'done' })
  expect(warnings).toEqual(['The audit log of dev did not take this list: odd \\u001b[2J name'])
})
