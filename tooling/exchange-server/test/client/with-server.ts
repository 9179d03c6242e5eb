import { afterEach } from 'vitest'

import {
  startExchangeServer,
  type ExchangeServer,
  type ExchangeServerOptions,
} from '../../src/index.ts'

const open: ExchangeServer[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** A server of its own for one test, closed after it. */
export async function start(options: ExchangeServerOptions = {}): Promise<ExchangeServer> {
  const server = await startExchangeServer(options)
  open.push(server)
  return server
}
