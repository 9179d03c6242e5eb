import { createHash, createHmac } from 'node:crypto'

import type { CredentialScope } from './authorization.ts'

/**
 * The signature of a canonical request.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param time 'YYYYMMDDTHHMMSSZ'
 */
export function signature(
  canonical: string,
  time: string,
  { date, region, service }: CredentialScope,
  key: Buffer,
): string {
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    time,
    `${date}/${region}/${service}/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  return hmac(key, stringToSign).toString('hex')
}

/** Makes the keys that requests are signed with; the last of each access key is remembered. */
export function signingKeys(): (scope: CredentialScope, secretAccessKey: string) => Buffer {
  const last = new Map<string, { readonly of: string; readonly key: Buffer }>()
  return ({ accessKeyId, date, region, service }, secretAccessKey) => {
    const of = `${date}/${region}/${service}`
    const known = last.get(accessKeyId)
    if (known?.of === of) return known.key
    const parts = [date, region, service, 'aws4_request']
    const key = parts.reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`))
    last.set(accessKeyId, { of, key })
    return key
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
