import { SecretsError } from '@mm-secrets/core'

/** What the global `fetch` is, as far as this package needs it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface HttpGetOptions {
  readonly fetch: Fetch
  /** Until the whole body has arrived. */
  readonly timeoutMs: number
  /** Of the body, decompressed. */
  readonly maxBytes: number
}

export interface HttpReply {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * The only function that sends: one GET without a body, whose redirects are not followed.
 *
 * What the network stack throws is dropped but for its code, such as ECONNREFUSED: it is not ours to vouch for.
 *
 * @param url with the query exactly as it was signed
 * @throws UNAVAILABLE
 */
export async function httpGet(
  options: HttpGetOptions,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpReply> {
  const target = new URL(url)
  if (target.href !== url) throw unavailable(target, 'would be sent another URL than was signed')
  const signal = AbortSignal.timeout(options.timeoutMs)
  try {
    const response = await options.fetch(url, init(headers, signal))
    await refuseRedirect(target, response)
    const { status } = response
    return { status, headers: response.headers, body: await readBody(target, response, options) }
  } catch (error) {
    if (error instanceof SecretsError) throw error
    if (signal.aborted) throw unavailable(target, `gave no answer in ${options.timeoutMs} ms`)
    throw unavailable(target, `cannot be reached${reason(error)}`)
  }
}

/** Without a prototype: what somebody added to that of objects must not become a method or a body. */
function init(headers: Readonly<Record<string, string>>, signal: AbortSignal): RequestInit {
  const fields = { method: 'GET', headers, signal, redirect: 'manual' } as const
  return Object.assign(Object.create(null) as RequestInit, fields)
}

async function refuseRedirect(target: URL, response: Response): Promise<void> {
  const { status, type, redirected } = response
  if (!redirected && type !== 'opaqueredirect' && (status < 300 || status > 399)) return
  await response.body?.cancel()
  throw unavailable(target, 'answers with a redirect, which is not followed')
}

async function readBody(
  target: URL,
  { body }: Response,
  { maxBytes }: HttpGetOptions,
): Promise<string> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > maxBytes) throw unavailable(target, `answers with more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unavailable({ host }: URL, what: string): SecretsError {
  return new SecretsError('UNAVAILABLE', `Bybit at ${host} ${what}.`, {
    hint: 'Check the network and the site, then try again; nothing was changed.',
  })
}

function reason(error: unknown): string {
  for (const each of [error instanceof Error ? error.cause : undefined, error]) {
    const code: unknown = typeof each === 'object' && each !== null && 'code' in each && each.code
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,50}$/.test(code)) return `: ${code}`
  }
  return ''
}
