import { inspect } from 'node:util'
import { Redacted } from '@mm-secrets/core'
import { afterEach, expect, it } from 'vitest'
import { awsSecretStore } from '../../src/index.ts'
import type { AnsweringServer } from '../answers.ts'
import { startAnswering } from '../answers.ts'
import { refused } from '../refused.ts'
import { NAME, call, newId, newValue, optionsFor } from '../stores.ts'

let server: AnsweringServer | null = null

afterEach(() => server?.close())

/** Everything that a program could print of an error. */
function everythingOf(error: unknown): string {
  const parts: string[] = []
  for (let each = error; each instanceof Error; each = each.cause) {
    parts.push(String(each), each.stack ?? '', JSON.stringify(each))
    parts.push(JSON.stringify(each, Object.getOwnPropertyNames(each)))
    parts.push(inspect(each, { depth: Infinity, showHidden: true, getters: true }))
  }
  return parts.join('\n')
}

/** The value, and what is left of it when an end was cut off. */
function traces(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1)
  return [
    value,
    json,
    value.slice(0, 12),
    value.slice(-12),
    Buffer.from(value).toString('base64').slice(0, 16),
    encodeURIComponent(value).slice(0, 16),
  ]
}

const OURS = 'x-amzn-requestid'

/** Ways of a server, or of something in front of it, to repeat what was sent. */
const ECHOES: readonly (readonly [string, (body: string) => Answer])[] = [
  ['the message of an error', (body) => error(400, 'ValidationException', secretOf(body))],
  [
    'the value in the words of a validation',
    (body) =>
      error(
        400,
        'ValidationException',
        `1 validation error detected: Value '${secretOf(body).slice(0, 20)}...' at 'secretString' failed to satisfy constraint`,
      ),
  ],
  ['the name of an error', (body) => error(400, secretOf(body), 'no')],
  ['the whole request, as an error', (body) => error(400, 'InvalidParameterException', body)],
  ['the whole request, as a failure', (body) => error(500, 'InternalServiceError', body)],
  ['the whole request, as a page', (body) => ({ status: 403, body: `<pre>${body}</pre>` })],
  ['the whole request, as an answer', (body) => ({ status: 200, body })],
  ['the whole request, cut off', (body) => ({ status: 200, body: body.slice(0, -9), [OURS]: 'r' })],
  [
    'more fields of an error',
    (body) => ({ ...error(400, 'OddException', 'no'), more: secretOf(body) }),
  ],
  [
    'the id of the request',
    (body) => ({ ...error(400, 'OddException', 'no'), [OURS]: secretOf(body) }),
  ],
]

interface Answer {
  readonly status: number
  readonly body: string
  readonly [OURS]?: string
  readonly more?: string
}

function error(status: number, type: string, message: string): Answer {
  return { status, body: JSON.stringify({ __type: type, Message: message }), [OURS]: 'r' }
}

function secretOf(body: string): string {
  const { SecretString = '' } = JSON.parse(body) as { SecretString?: string }
  return SecretString
}

it.each(ECHOES)('no error of a write repeats a value that comes back as %s', async (_, answer) => {
  server = await startAnswering((response, body) => {
    const said = answer(body)
    const requestId = said[OURS]
    if (requestId !== undefined) response.setHeader(OURS, encodeURIComponent(requestId))
    const fields =
      said.more === undefined ? said.body : said.body.replace('{', `{"Hint":"${said.more}",`)
    response.writeHead(said.status).end(fields)
  })
  for (const value of [newValue(), newValue(64), new Redacted(`pass "phrase" \\ ${newId()}`)]) {
    const store = awsSecretStore(optionsFor(server.url))
    const version = { id: newId(), value, labels: ['mm-x' as const] }
    const soon = { deadline: Date.now() + 200 }
    const thrown = await refused(store.put(NAME, version, soon))
    const text = everythingOf(thrown)
    expect(text).toContain(NAME)
    for (const trace of traces(value.reveal())) expect(text).not.toContain(trace)
  }
})

it.each([
  ['cut off', (value: string) => `{"Name":"${NAME}","VersionId":"v","SecretString":"${value}`],
  ['of another form', (value: string) => `{"Name":"${NAME}","SecretString":{"a":"${value}"}}`],
  ['not JSON', (value: string) => value],
  ['JSON with something behind it', (value: string) => `{"SecretString":"${value}"}${value}`],
  [
    'for another secret',
    (value: string) => `{"Name":"x","VersionId":"v","SecretString":"${value}"}`,
  ],
])('no error of a read repeats a value that came in an answer %s', async (_, answer) => {
  const value = newValue().reveal()
  server = await startAnswering((response) => {
    response.setHeader(OURS, 'r').end(answer(value))
  })
  const store = awsSecretStore(optionsFor(server.url))
  const soon = { deadline: Date.now() + 200 }
  const text = everythingOf(await refused(store.get(NAME, { label: 'AWSCURRENT' }, soon)))
  for (const trace of traces(value)) expect(text).not.toContain(trace)
})

it('no error repeats the secret access key or the session token', async () => {
  const [secret, token] = [newValue(40).reveal(), newValue(200).reveal()]
  server = await startAnswering((response, _, request) => {
    const said = JSON.stringify({
      __type: 'OddException',
      Message: JSON.stringify(request.headers),
    })
    response.setHeader(OURS, 'r').writeHead(400).end(said)
  })
  const env = { AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token }
  const store = awsSecretStore(optionsFor(server.url, { env }))
  const text = everythingOf(await refused(store.describe(NAME, call())))
  expect(text).toContain('OddException')
  for (const each of [secret, token]) expect(text).not.toContain(each)
})
