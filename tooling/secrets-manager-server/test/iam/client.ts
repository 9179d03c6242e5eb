import { createHash, createHmac, randomUUID } from 'node:crypto'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface Reply {
  readonly status: number
  readonly text: string
  /** Of a JSON answer: `{"__type": …}` or the output. */
  readonly json: Record<string, unknown>
}

export interface ClientOptions {
  readonly url: string
  readonly credentials: Credentials
  readonly region?: string
}

/** As little of an AWS client as it takes: one signed POST, and nothing tried again. */
export interface Client {
  /** @param target 'secretsmanager.GetSecretValue' */
  json(target: string, input: object): Promise<Reply>
  form(fields: Readonly<Record<string, string>>): Promise<Reply>
}

const TARGETS: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager',
  cloudtrail: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101',
}

export function client(options: ClientOptions): Client {
  return {
    json(target, input) {
      const [service = '', operation = ''] = target.split('.')
      const body = JSON.stringify(WITH_TOKEN.has(operation) ? withToken(input) : input)
      return send(options, service, body, {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${TARGETS[service] ?? service}.${operation}`,
      })
    },
    form: (fields) =>
      send(options, 'sts', new URLSearchParams(fields).toString(), {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      }),
  }
}

/** Where SDKs make up a token. */
const WITH_TOKEN = new Set(['CreateSecret', 'PutSecretValue', 'UpdateSecret'])

const withToken = (input: object): object => ({ ClientRequestToken: randomUUID(), ...input })

async function send(
  { url, credentials, region = 'us-east-1' }: ClientOptions,
  service: string,
  body: string,
  own: Readonly<Record<string, string>>,
): Promise<Reply> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = {
    ...own,
    host: new URL(url).host,
    'x-amz-date': time,
    ...(credentials.sessionToken !== undefined && {
      'x-amz-security-token': credentials.sessionToken,
    }),
  }
  const { host: _host, ...sent } = headers
  const authorization = sign({ headers, body, time, region, service, credentials })
  const answer = await fetch(url, { method: 'POST', headers: { ...sent, authorization }, body })
  const text = await answer.text()
  const isJson = text.startsWith('{')
  return {
    status: answer.status,
    text,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  }
}

interface Signing {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly time: string
  readonly region: string
  readonly service: string
  readonly credentials: Credentials
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function sign({ headers, body, time, region, service, credentials }: Signing): string {
  const names = Object.keys(headers).sort()
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${credentials.secretAccessKey}`)
  const signature = hmac(key, toSign).toString('hex')
  return (
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signature}`
  )
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()
