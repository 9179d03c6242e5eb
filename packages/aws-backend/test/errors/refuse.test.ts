import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { RunningServer, ServerOptions } from '@mm-secrets/secrets-manager-server'
import { parsePoliciesFile, startServer } from '@mm-secrets/secrets-manager-server'
import type { SecretStore, SecretsError } from '@mm-secrets/core'
import { systemClock } from '@mm-secrets/core'
import { afterEach, describe, expect, it } from 'vitest'
import { readFailure } from '../../src/errors/failure.ts'
import { refuse } from '../../src/errors/refuse.ts'
import { awsSecretStore } from '../../src/index.ts'
import type { AnsweringServer } from '../answers.ts'
import { startAnswering } from '../answers.ts'
import { refused } from '../refused.ts'
import { NAME, REGION, call, newId, newValue, optionsFor } from '../stores.ts'

const CURRENT = { label: 'AWSCURRENT' } as const

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function strict(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer(options)
  open.push(server)
  return server
}

async function answering(...answer: Parameters<typeof startAnswering>): Promise<AnsweringServer> {
  const server = await startAnswering(...answer)
  open.push(server)
  return server
}

function reading(store: SecretStore): Promise<unknown> {
  return store.get(NAME, CURRENT, call())
}

function policyOf(...statements: readonly object[]): ServerOptions {
  const policies = [{ Version: '2012-10-17', Statement: statements }]
  const key = { accessKeyId: 'test', secretAccessKey: 'test', policies }
  return { policies: parsePoliciesFile(JSON.stringify({ keys: [key] })) }
}

describe('permissions', () => {
  it('say that a denied secret is missing or forbidden, and what to allow on what', async () => {
    const other = 'arn:aws:secretsmanager:*:*:secret:other/*'
    const allowed = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: other }
    const server = await strict(policyOf(allowed))
    const error = await refused(reading(awsSecretStore(optionsFor(server.url))))
    expect(error.code).toBe('DENIED')
    expect(error.message).toBe(
      `${NAME} in us-east-1 is missing, or secretsmanager:GetSecretValue on it is forbidden.`,
    )
    expect(error.hint).toBe(
      `Allow it on arn:aws:secretsmanager:us-east-1:*:secret:${NAME}-??????. ` +
        'Who is asking: aws sts get-caller-identity',
    )
    expect(String(error.cause)).toMatch(/^AccessDeniedException: User: .* is not authorized/)
  })

  it('say of a listing that it is to be allowed on "*" alone', async () => {
    const pattern = 'arn:aws:secretsmanager:*:*:secret:mm-bot/*'
    const allowed = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: pattern }
    const server = await strict(policyOf(allowed))
    const pages = awsSecretStore(optionsFor(server.url)).list('mm-bot/', call())
    const error = await refused(pages[Symbol.asyncIterator]().next())
    expect(error).toMatchObject({
      code: 'DENIED',
      message: 'AWS denies secretsmanager:ListSecrets in us-east-1.',
    })
    expect(error.hint).toContain('Resource "*"')
  })

  it('have null in place of dates that may not be asked for', async () => {
    const server = await strict(
      policyOf({ Effect: 'Allow', Action: 'secretsmanager:DescribeSecret', Resource: '*' }),
    )
    expect(await awsSecretStore(optionsFor(server.url)).dates(NAME, call())).toBe(null)
  })

  it.each(['denied', 'failing'] as const)('name what the KMS key needs: %s', async (kms) => {
    const server = await strict()
    const store = awsSecretStore(optionsFor(server.url))
    const id = newId()
    await store.create(NAME, {}, call())
    await store.put(NAME, { id, value: newValue(), labels: [`mm-${id}`] }, call())
    server.knobs.set({ kms })
    const read = await refused(reading(store))
    expect(read).toMatchObject({ code: 'DENIED' })
    expect(read.message).toContain(`${NAME} in us-east-1 is encrypted with a KMS key`)
    expect(read.hint).toContain('Allow kms:Decrypt in')
    const version = { id: newId(), value: newValue(), labels: ['mm-x' as const] }
    const write = await refused(store.put(NAME, version, call()))
    expect(write.hint).toContain('Allow kms:GenerateDataKey and kms:Decrypt in')
  })

  it('are not taken for those of a key because of the name of a role', () => {
    const thrown = Object.assign(
      new Error('User: arn:aws:iam::1:role/kms-reader is not authorized'),
      {
        name: 'AccessDeniedException',
        $fault: 'client',
        $metadata: { httpStatusCode: 400, requestId: 'r' },
      },
    )
    expect(refusing(thrown).message).toContain('is missing, or')
  })
})

describe('the clock', () => {
  it.each([
    ['behind', 10 * 60_000],
    ['ahead', -10 * 60_000],
  ])('is said to be %s where AWS refuses the signature for it', async (side, signatureSkewMs) => {
    const server = await strict({ knobs: { signatureSkewMs } })
    const error = await refused(reading(awsSecretStore(optionsFor(server.url))))
    expect(error).toMatchObject({
      code: 'CONFIG',
      message: `AWS refuses the signature: this machine's clock is 10 minutes ${side}.`,
    })
    expect(server.requests.count()).toBeLessThan(2)
  })
})

describe('what is not AWS', () => {
  const html = '<!doctype html><title>Sign in</title>'
  it.each([
    ['a page', 200, html],
    ['a page that forbids', 403, html],
    ['a redirection', 302, html],
    ['another interface', 404, '{"message":"no such route"}'],
    ['an empty answer', 403, ''],
    ['a list', 200, '[]'],
    ['an object of another kind', 200, '{"status":"ok"}'],
  ])('is told from it: %s', async (_, status, body) => {
    const server = await answering((response) => response.writeHead(status).end(body))
    const store = awsSecretStore(optionsFor(server.url))
    const id = newId()
    const version = { id, value: newValue(), labels: [`mm-${id}` as const] }
    for (const attempt of [
      () => reading(store),
      () => store.describe(NAME, call()),
      () => store.put(NAME, version, call()),
      () => store.list('', call())[Symbol.asyncIterator]().next(),
    ]) {
      const error = await refused(attempt())
      expect(error.code).toBe('CONFIG')
      expect(error.message).toMatch(/is not AWS/)
      expect(error.hint).toContain('AWS_ENDPOINT_URL')
    }
    expect(server.count()).toBe(4)
  })

  it('is told from it where it does not speak TLS', async () => {
    const server = await answering((response) => response.end(html))
    const url = server.url.replace('http:', 'https:')
    const error = await refused(reading(awsSecretStore(optionsFor(url))))
    expect(error).toMatchObject({ code: 'CONFIG' })
  })

  it('is asked again where it failed: a load balancer in front of AWS has pages too', async () => {
    const server = await answering((response) => response.writeHead(503).end(html))
    const soon = { deadline: systemClock.now() + 800 }
    const error = await refused(awsSecretStore(optionsFor(server.url)).describe(NAME, soon))
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.message).toContain('HTTP 503')
    expect(server.count()).toBeGreaterThan(1)
  })

  it('is not given secrets in clear over the network', async () => {
    const error = await refused(reading(awsSecretStore(optionsFor('http://192.0.2.1:9'))))
    expect(error).toMatchObject({
      code: 'CONFIG',
      message: 'The endpoint of AWS is http: and not on this machine.',
    })
  })
})

describe('nobody there', () => {
  it('is found out soon where nobody listens', async () => {
    const port = await closedPort()
    const error = await refused(reading(awsSecretStore(optionsFor(`http://127.0.0.1:${port}`))))
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error.message).toContain('nobody listens there (ECONNREFUSED)')
  })

  it('is a wrong region where that is none of AWS, with a guess', () => {
    const thrown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
    const error = refusing(thrown, { region: 'eu-wset-1' })
    expect(error).toMatchObject({
      code: 'CONFIG',
      message:
        'There is no host for AWS Secrets Manager in the region eu-wset-1. Did you mean "eu-west-1"?',
    })
    expect(refusing(thrown, { region: 'eu-west-1' })).toMatchObject({ code: 'UNAVAILABLE' })
  })
})

it('an error that is not known keeps its name and the id of the request', () => {
  const thrown = Object.assign(new Error('Policy \u202e of the moon'), {
    name: 'MoonPhaseException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400, requestId: 'b1946ac9' },
  })
  const error = refusing(thrown)
  expect(error.message).toContain('MoonPhaseException, request b1946ac9')
  expect(error.hint).toBe('AWS says: Policy \\u202e of the moon')
})

it('a binary value is not ours, and named', async () => {
  const server = await answering((response) =>
    response
      .setHeader('x-amzn-requestid', 'r')
      .end(JSON.stringify({ Name: NAME, VersionId: newId(), SecretBinary: 'AAEC' })),
  )
  const error = await refused(reading(awsSecretStore(optionsFor(server.url))))
  expect(error).toMatchObject({ code: 'CORRUPT' })
  expect(error.message).toContain(NAME)
})

it('the answer for another secret is not taken', async () => {
  const server = await answering((response) =>
    response
      .setHeader('x-amzn-requestid', 'r')
      .end(JSON.stringify({ Name: `${NAME}-other`, VersionId: newId(), SecretString: 'x' })),
  )
  const error = await refused(reading(awsSecretStore(optionsFor(server.url))))
  expect(error).toMatchObject({ code: 'CONFIG' })
})

function refusing(thrown: unknown, changes: { readonly region?: string } = {}): SecretsError {
  const about = {
    action: 'secretsmanager:GetSecretValue',
    name: NAME,
    region: REGION,
    profile: null,
    env: {},
    ...changes,
  }
  return refuse(readFailure(thrown, [], 1), about, 0)
}

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
