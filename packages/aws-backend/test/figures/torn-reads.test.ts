import { startServer } from '@mm-secrets/secrets-manager-server'
import { describeWith } from '@mm-secrets/vitest-config'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ref } from '../guide/guide-server.ts'
import type { Moto } from '../moto.ts'
import { startMoto } from '../moto.ts'
import { print } from './print.ts'
import type { Watched } from './rotations.ts'
import { watchRotations } from './rotations.ts'

/** For a machine that is busy with other suites. */
const TIMEOUT_MS = 300_000

/** So that the processor is left to whoever rotates. */
const PAUSE_MS = 40

/** moto answers some hundred requests a second, and they are to be the writer's. */
const MOTO_PAUSE_MS = 200

const MEMBERS = { bybit: 'two', kucoin: 'three' } as const

describe('on the strict server', () => {
  it.each(['bybit', 'kucoin'] as const)(
    'no read is torn (%s)',
    { timeout: TIMEOUT_MS },
    async (exchange) => {
      const server = await startServer()
      onTestFinished(() => server.close())
      const watched = await watchRotations(server.url, ref('shadow', exchange), 200, PAUSE_MS)
      report('the strict server', exchange, watched)
    },
  )
})

describeWith('moto_server', 'on moto', () => {
  let moto: Moto
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(() => moto.stop())

  it.each([
    { exchange: 'bybit', rotations: 200 },
    { exchange: 'kucoin', rotations: 60 },
  ] as const)(
    'no read is torn ($exchange)',
    { timeout: TIMEOUT_MS },
    async ({ exchange, rotations }) => {
      const of = ref('shadow', exchange)
      const watched = await watchRotations(moto.url, of, rotations, MOTO_PAUSE_MS)
      report('moto', exchange, watched)
    },
  )
})

function report(where: string, exchange: keyof typeof MEMBERS, watched: Watched): void {
  const { naive, ours, rotations } = watched
  const rate = ((100 * naive.torn) / naive.reads).toFixed(1)
  print(
    `${rotations} rotations of ${MEMBERS[exchange]} members on ${where}: ` +
      `torn ${ours.torn} of ${ours.reads} reads by 8 readers; ` +
      `naive reader beside them: ${naive.torn} of ${naive.reads} (${rate} %)`,
  )
  // Chance decides whether the naive reader is unlucky; whoever reads this should know that it was not.
  if (naive.torn === 0) print('THE NAIVE READER MET NO TEAR: this run compares nothing.')
  expect(ours.torn).toBe(0)
  expect(ours.reads).toBeGreaterThan(rotations)
}
