import { createHmac, createSecretKey } from 'node:crypto'

/** The signature of a text, of its UTF-8 bytes, as KuCoin wants it written: HMAC-SHA256 in base64. */
export type Sign = (text: string) => string

/** The function that signs with a secret; the key is made here, once. */
export function signingKey(secret: string): Sign {
  const key = createSecretKey(secret, 'utf8')
  return (text) => createHmac('sha256', key).update(text).digest('base64')
}
