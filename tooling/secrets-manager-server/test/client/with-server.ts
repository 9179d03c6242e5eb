import { afterEach } from 'vitest'

import { startServer, type RunningServer, type ServerOptions } from '../../src/index.ts'
import { client, type Call, type ClientOptions } from './signed-client.ts'

export interface Harness {
  readonly server: RunningServer
  readonly call: Call
  /** The same server, signed otherwise. */
  as(options: Partial<ClientOptions>): Call
}

const open: RunningServer[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

/** A server of its own for one test, closed after it. */
export async function start(options: ServerOptions = {}): Promise<Harness> {
  const server = await startServer(options)
  open.push(server)
  const { url } = server
  return { server, call: client({ url }), as: (other) => client({ url, ...other }) }
}
