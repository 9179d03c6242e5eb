import { createHash, createHmac, randomUUID } from 'node:crypto'

/** How a test signs. Written anew from AWS's description, so that it shares no mistake with the server. */
export interface ClientOptions {
  readonly url: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly region?: string
  readonly service?: string
  /** Milliseconds since the epoch. @default now */
  readonly signedAt?: number
  /** Headers that are sent and signed. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: Headers
  /** The body as JSON. */
  readonly json: Record<string, unknown>
}

/** Calls an operation; the SDKs' token is added where it is not given. */
export type Call = (operation: string, input?: Record<string, unknown>) => Promise<Reply>

const TOKENED = new Set(['CreateSecret', 'PutSecretValue', 'UpdateSecret', 'RotateSecret'])

export function client(options: ClientOptions): Call {
  return async (operation, input = {}) => {
    const token = TOKENED.has(operation) ? { ClientRequestToken: randomUUID() } : {}
    return send(options, `secretsmanager.${operation}`, JSON.stringify({ ...token, ...input }))
  }
}

export async function send(options: ClientOptions, target: string, body: string): Promise<Reply> {
  const signed = sign(options, target, body)
  const response = await fetch(options.url, { method: 'POST', headers: signed, body })
  const text = await response.text()
  return { status: response.status, body: text, headers: response.headers, json: asJson(text) }
}

/** The headers of a signed request. @param target '': none is sent */
export function sign(options: ClientOptions, target: string, body: string): Record<string, string> {
  const { accessKeyId = 'test', secretAccessKey = 'test' } = options
  const { region = 'us-east-1', service = 'secretsmanager', sessionToken } = options
  const time = new Date(options.signedAt ?? Date.now()).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const sent: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(options.url).host,
    'x-amz-date': time,
    ...(target === '' ? {} : { 'x-amz-target': target }),
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    ...options.headers,
  }
  const names = Object.keys(sent).sort()
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${String(sent[name])}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((held, part) => hmac(held, part), `AWS4${secretAccessKey}`)
  const signature = hmac(key, toSign).toString('hex')
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function asJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
