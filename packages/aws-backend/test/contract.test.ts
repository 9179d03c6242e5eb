import type { BackendUnderTest, MovableClock } from '@mm-secrets/core/contract'
import { describeBackend } from '@mm-secrets/core/contract'
import { systemClock } from '@mm-secrets/core'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { describeWith } from '@mm-secrets/vitest-config'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { awsBackend } from '../src/index.ts'
import type { Moto } from './moto.ts'
import { startMoto } from './moto.ts'
import { optionsFor } from './stores.ts'

function underTest(url: string, clock: MovableClock): BackendUnderTest {
  const options = { ...optionsFor(url, { clock }), warn: () => undefined }
  return {
    backend: awsBackend(options),
    clock,
    reopen: () => Promise.resolve(awsBackend(options)),
    dispose: () => Promise.resolve(),
  }
}

describe('on the strict server', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.close())
  describeBackend('aws', () => {
    server.reset()
    const { now, advance } = server.clock
    return Promise.resolve(underTest(server.url, { now, advance, sleep: systemClock.sleep }))
  })
})

const NEVER_FORGETS = 'moto keeps a deleted secret for good'

/** What moto 5 does otherwise than AWS, by the title of the test that meets it. */
const WRONG_IN_MOTO: Readonly<Record<string, string>> = {
  'after its recovery window a credential is gone, and can be saved anew': NEVER_FORGETS,
  'leaves what a simple model of a credential says (bybit)': NEVER_FORGETS,
  'leaves what a simple model of a credential says (kucoin)': NEVER_FORGETS,
}

describeWith('moto_server', 'on moto', () => {
  let moto: Moto
  beforeAll(async () => {
    moto = await startMoto()
  })
  afterAll(() => moto.stop())
  beforeEach(({ skip, task }) => {
    const reason = WRONG_IN_MOTO[task.name]
    if (reason !== undefined) skip(reason)
  })
  describeBackend('aws', async () => {
    await moto.reset()
    let ahead = 0
    return underTest(moto.url, {
      now: () => systemClock.now() + ahead,
      sleep: systemClock.sleep,
      advance: (ms) => {
        ahead += ms
      },
    })
  })
})
