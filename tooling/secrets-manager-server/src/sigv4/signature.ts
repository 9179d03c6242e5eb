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
  secretAccessKey: string,
): string {
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    time,
    `${date}/${region}/${service}/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`)
  for (const part of [date, region, service, 'aws4_request']) key = hmac(key, part)
  return hmac(key, stringToSign).toString('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
