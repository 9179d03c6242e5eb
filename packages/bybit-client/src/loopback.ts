import { SecretsError } from '@mm-secrets/core'

/** 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1 (RFC 4291, section 2.5.3), and the name of both. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * The origin of a server on this machine that stands in for Bybit.
 *
 * @throws CONFIG for any other address: signed requests must not be led elsewhere
 */
export function loopbackOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    LOOPBACK.test(url.hostname)
  ) {
    return url.origin
  }
  throw new SecretsError('CONFIG', 'The endpoint in place of Bybit is not on this machine.', {
    hint: 'It may name 127.0.0.1, [::1] or localhost only, such as http://127.0.0.1:4570.',
  })
}
