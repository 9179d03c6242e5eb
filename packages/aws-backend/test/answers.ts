import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that answers as it is told, such as one that is not AWS. */
export interface AnsweringServer {
  readonly url: string
  readonly port: number
  /** How many requests came. */
  count(): number
  close(): Promise<void>
}

export async function startAnswering(
  answer: (response: ServerResponse, body: string, request: IncomingMessage) => void,
): Promise<AnsweringServer> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      answer(response, body, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    count: () => requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
