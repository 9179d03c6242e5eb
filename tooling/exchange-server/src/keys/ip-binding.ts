import { isIP } from 'node:net'

import type { ApiKey } from './api-key.ts'

export function boundElsewhere({ ips }: ApiKey, sourceIp: string): boolean {
  return ips.length > 0 && !ips.includes(sourceIp)
}

/**
 * @param text '192.168.0.1,192.168.0.2'
 * @returns null where one of them is no address
 */
export function parseIps(text: string): readonly string[] | null {
  const ips = text
    .split(',')
    .map((ip) => ip.trim())
    .filter((ip) => ip !== '')
  return ips.every((ip) => isIP(ip) !== 0) ? ips : null
}
