import type { IncomingMessage } from 'node:http'

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i

/**
 * A page in a browser on this machine can reach a server on loopback: under another name (DNS rebinding), or across
 * origins. Neither is let in.
 *
 * @returns why the request is refused, or null
 */
export function refusal({ headers }: IncomingMessage): string | null {
  const host = headers.host ?? ''
  if (!LOOPBACK.test(host)) {
    return `Host '${host}' is not loopback: call this server by 127.0.0.1, localhost or [::1].`
  }
  if (headers.origin !== undefined) return 'This server does not answer to web pages.'
  return null
}
