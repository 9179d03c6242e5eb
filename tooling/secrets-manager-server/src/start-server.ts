import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { access, type AccessOptions } from './access.ts'
import { listener } from './http/listener.ts'
import { requestLog, type RequestLog } from './http/request-log.ts'
import { control } from './knobs/control.ts'
import { faults } from './knobs/faults.ts'
import { knobs as newKnobs, type Knobs, type KnobSettings } from './knobs/knobs.ts'
import { seededRandom } from './knobs/random.ts'
import { serverClock, type ServerClock } from './knobs/server-clock.ts'
import { store as newStore, type Store } from './secrets-manager/store.ts'
import { eventLog, type EventLog } from './service/event-log.ts'
import { services } from './services.ts'
import { authenticator } from './sigv4/authenticate.ts'

export interface ServerOptions extends AccessOptions {
  /** @default 0: any free one */
  readonly port?: number
  /** How the knobs stand at the start, and after a reset. */
  readonly knobs?: Partial<KnobSettings>
  /** Of faults, lags and the suffixes of ARNs, so that a run repeats. @default 1 */
  readonly seed?: number
  /** The time of the machine, in milliseconds since the epoch. @default Date.now */
  readonly systemTime?: () => number
}

export interface RunningServer {
  /** 'http://127.0.0.1:4566' */
  readonly url: string
  readonly port: number
  readonly clock: ServerClock
  readonly knobs: Knobs
  readonly store: Store
  readonly requests: RequestLog
  readonly events: EventLog
  /** Empties store, requests and events; knobs and clock are as at the start. */
  reset(): void
  /** Breaks what is open and frees the port. */
  close(): Promise<void>
}

const KEEP_ALIVE_MS = 10 * 60 * 1000

/**
 * AWS Secrets Manager in memory, on 127.0.0.1.
 *
 * @throws Error EADDRINUSE where the port is taken
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const systemTime = options.systemTime ?? Date.now
  const seed = options.seed ?? 1
  const clock = serverClock(systemTime)
  const knobs = newKnobs(options.knobs)
  const signingClock = { now: () => systemTime() + knobs.get().signatureSkewMs }
  const { accessKeys, authorizer } = access(options, clock)
  const random = seededRandom(seed)
  const store = newStore(clock, random)
  const requests = requestLog()
  const events = eventLog()
  const closing = new AbortController()

  function reset(): void {
    store.clear()
    requests.clear()
    events.clear()
    knobs.reset()
    clock.reset()
  }

  const server = createServer(
    listener({
      services: services({ store, settings: knobs.get, random, events }),
      authenticator: authenticator({ accessKeys, signingClock, clock }),
      authorizer,
      clock,
      signingClock,
      knobs,
      faults: faults(knobs, seededRandom(seed + 1)),
      events,
      requests,
      closing: closing.signal,
      control: (request) => control({ knobs, clock, requests, reset }, request),
    }),
  )
  // Clients keep connections; one that is closed just as it is used again would look like a fault.
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    clock,
    knobs,
    store,
    requests,
    events,
    reset,
    async close() {
      closing.abort()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
