import type { Clock } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { within } from './within.ts'

/** How one exchange is spoken to. */
export interface Line {
  readonly origin: string
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** Of one request, its answer read to the end. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** json: whatever the status. page: no JSON, or too much of it. */
export type Reply =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'page'; readonly status: number }
  | { readonly kind: 'none'; readonly why: 'timeout' | 'unreachable'; readonly detail: string }

/** The longest answer that is read: those that are asked for have a few kilobytes. */
const MAX_BYTES = 256 * 1024

/**
 * One GET and its answer. A redirect is an answer like any other: a signed request goes nowhere else.
 *
 * @param url path and query, as they were signed
 * @throws INTERRUPTED when the person leaves
 */
export async function converse(
  line: Line,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  try {
    const reply = await within(line.clock, line.timeoutMs, line.signal, (signal) =>
      request(line, url, headers, signal),
    )
    return reply ?? { kind: 'none', why: 'timeout', detail: '' }
  } catch (error) {
    if (line.signal?.aborted === true) {
      throw new SecretsError('INTERRUPTED', 'Interrupted while asking the exchange.', {
        hint: 'Nothing was changed; run the command again.',
      })
    }
    return { kind: 'none', why: 'unreachable', detail: systemCode(error) }
  }
}

async function request(
  { origin, fetch }: Line,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Reply> {
  const response = await fetch(`${origin}${url}`, {
    method: 'GET',
    headers,
    redirect: 'manual',
    signal,
  })
  const text = await boundedText(response)
  const { status } = response
  try {
    return { kind: 'json', status, body: JSON.parse(text ?? '') as unknown }
  } catch {
    return { kind: 'page', status }
  }
}

/** @returns null for an answer that is too long to be one; the rest of it is not read */
async function boundedText({ body }: Response): Promise<string | null> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** 'ECONNREFUSED', or nothing: messages of the HTTP stack may repeat what was sent. */
function systemCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  for (const each of [cause, error]) {
    const code: unknown =
      typeof each === 'object' && each !== null && 'code' in each ? each.code : null
    if (typeof code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(code)) return code
  }
  return ''
}
