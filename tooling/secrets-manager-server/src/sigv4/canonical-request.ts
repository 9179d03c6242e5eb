import { createHash } from 'node:crypto'

/** What of an HTTP request is signed. */
export interface SignedRequest {
  readonly method: string
  /** As on the request line: path and query. */
  readonly target: string
  /** Names in any case, repeated where the request repeats them. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param signedHeaders lower-case names, as the signature lists them
 */
export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = split(request.target)
  return [
    request.method,
    path.split('/').map(encode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headerValue(request, name)}`),
    '',
    signedHeaders.join(';'),
    createHash('sha256').update(request.body).digest('hex'),
  ].join('\n')
}

function split(target: string): readonly string[] {
  const index = target.indexOf('?')
  return index < 0 ? [target] : [target.slice(0, index), target.slice(index + 1)]
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&')
}

function headerValue(request: SignedRequest, name: string): string {
  return request.headers
    .filter(([each]) => each.toLowerCase() === name)
    .map(([, value]) => value.trim().replace(/ +/g, ' '))
    .join(',')
}

/** The path arrives encoded once and is signed encoded twice. */
function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
