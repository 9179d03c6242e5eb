import { randomUUID } from 'node:crypto'

import { send as sendSigned } from '../client/signed-client.ts'

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
      const prefix = TARGETS[service] ?? service
      const type = 'application/x-amz-json-1.1'
      return send(options, { service, target: `${prefix}.${operation}`, type }, body)
    },
    form: (fields) =>
      send(
        options,
        {
          service: 'sts',
          target: '',
          type: 'application/x-www-form-urlencoded; charset=utf-8',
        },
        new URLSearchParams(fields).toString(),
      ),
  }
}

/** Where SDKs make up a token. */
const WITH_TOKEN = new Set(['CreateSecret', 'PutSecretValue', 'UpdateSecret'])

const withToken = (input: object): object => ({ ClientRequestToken: randomUUID(), ...input })

async function send(
  { url, credentials, region = 'us-east-1' }: ClientOptions,
  call: { readonly service: string; readonly target: string; readonly type: string },
  body: string,
): Promise<Reply> {
  const { service, target, type } = call
  const options = { url, ...credentials, region, service, headers: { 'content-type': type } }
  const { status, body: text, json } = await sendSigned(options, target, body)
  return { status, text, json }
}
