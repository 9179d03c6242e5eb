import { request } from 'node:http'

export interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: Headers
  /** The body as JSON; `{}` where it is none. */
  readonly json: Record<string, unknown>
}

export interface RawRequest {
  readonly method?: string
  /** Sent as it is: nothing is encoded, resolved or sorted. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Unlike fetch, this sends exactly the bytes that it is given. */
export function send(url: string, { method, target, headers, body }: RawRequest): Promise<Reply> {
  const { hostname, port } = new URL(url)
  const length = { 'content-length': String(Buffer.byteLength(body ?? '')) }
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: hostname,
        port,
        method: method ?? 'GET',
        path: target,
        headers: { ...(body === undefined ? {} : length), ...headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const pairs = Object.entries(response.headers).map(
            ([name, value]) => [name, String(value)] as [string, string],
          )
          resolve({
            status: response.statusCode ?? 0,
            body: text,
            headers: new Headers(pairs),
            json: asJson(text),
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What became of a request: the exchange's code, 'ok', the status of a page, or 'broken'. */
export async function outcome(reply: Promise<Reply>): Promise<string> {
  try {
    const { json, status } = await reply
    const code = json['retCode'] ?? json['code']
    if (code === 0 && status === 200) return 'ok'
    if (code === '200000' || (code === undefined && status === 200)) return 'ok'
    return typeof code === 'number' || typeof code === 'string' ? String(code) : `HTTP ${status}`
  } catch {
    return 'broken'
  }
}

function asJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
