import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { cleanEnv } from '@mm-secrets/vitest-config'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

import { client } from '../client/signed-client.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'secrets-manager-server-'))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

interface Program {
  readonly child: ChildProcess
  /** What it has printed so far. */
  stdout(): string
  stderr(): string
  readonly ended: Promise<number | null>
}

function program(...args: string[]): Program {
  const env = cleanEnv({ HOME: folder, INIT_CWD: folder })
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: 'pipe' })
  children.push(child)
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()))
  return {
    child,
    stdout: () => out.join(''),
    stderr: () => err.join(''),
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
}

/** @returns the variables that a shell would have after pasting what it prints */
async function exported({ child, stdout }: Program): Promise<Map<string, string>> {
  while (!stdout().includes('unset ') && child.exitCode === null) {
    await once(child.stdout ?? child, 'data')
  }
  const assignments = stdout()
    .split('\n')
    .filter((line) => line.startsWith('export '))
    .flatMap((line) => line.slice('export '.length).split(' '))
    .filter((word) => word.includes('='))
  return new Map(assignments.map((word) => word.split('=') as [string, string]))
}

describe('secrets-manager-server', () => {
  it('prints the variables that reach it, and ends with Ctrl-C', async () => {
    const started = program('--port', '0')
    const variables = await exported(started)
    expect(started.stdout()).toContain('Everything is in memory and gone when this ends.')
    const call = client({
      url: variables.get('AWS_ENDPOINT_URL') ?? '',
      accessKeyId: variables.get('AWS_ACCESS_KEY_ID') ?? '',
      secretAccessKey: variables.get('AWS_SECRET_ACCESS_KEY') ?? '',
      region: variables.get('AWS_DEFAULT_REGION') ?? '',
    })
    expect((await call('CreateSecret', { Name: 'x' })).status).toBe(200)
    started.child.kill('SIGINT')
    expect(await started.ended).toBe(0)
    expect(started.stderr()).toBe('')
  })

  it('takes access keys, knobs and a seed', async () => {
    const started = program(
      '--port',
      '0',
      '--access-key',
      'bot:its-secret',
      '--knobs',
      '{"kms": "denied"}',
      '--seed',
      '5',
    )
    const variables = await exported(started)
    expect(variables.get('AWS_ACCESS_KEY_ID')).toBe('bot')
    expect(started.stdout()).not.toContain('its-secret')
    const url = variables.get('AWS_ENDPOINT_URL') ?? ''
    const bot = client({ url, accessKeyId: 'bot', secretAccessKey: 'its-secret' })
    expect((await bot('CreateSecret', { Name: 'x' })).json['Message']).toBe(
      'Access to KMS is not allowed',
    )
    expect((await client({ url })('ListSecrets')).json['__type']).toBe(
      'UnrecognizedClientException',
    )
  })

  it('holds the keys of a policies file to their policies, named from where it was called', async () => {
    const policies = {
      keys: [
        {
          accessKeyId: 'reader',
          secretAccessKey: 'secret',
          policies: [
            {
              Version: '2012-10-17',
              Statement: { Effect: 'Allow', Action: 'secretsmanager:ListSecrets', Resource: '*' },
            },
          ],
        },
      ],
    }
    writeFileSync(join(folder, 'policies.json'), JSON.stringify(policies))
    const variables = await exported(program('--port', '0', '--policies', 'policies.json'))
    expect(variables.get('AWS_ACCESS_KEY_ID')).toBe('reader')
    const url = variables.get('AWS_ENDPOINT_URL') ?? ''
    const reader = client({ url, accessKeyId: 'reader', secretAccessKey: 'secret' })
    expect((await reader('ListSecrets')).status).toBe(200)
    const denied = await reader('CreateSecret', { Name: 'x' })
    expect(denied.json['__type']).toBe('AccessDeniedException')
    expect(denied.json['Message']).toContain('secretsmanager:CreateSecret')
  })

  it('says that its port is taken', async () => {
    const first = program('--port', '0')
    const port = new URL((await exported(first)).get('AWS_ENDPOINT_URL') ?? '').port
    const second = program('--port', port)
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toBe(
      `secrets-manager-server: Port ${port} is taken. Choose another with --port, or --port 0 for any free one.\n`,
    )
  })

  it('says which file it cannot read', async () => {
    const started = program('--port', '0', '--policies', 'missing.json')
    expect(await started.ended).toBe(1)
    expect(started.stderr()).toContain('missing.json')
  })

  it('explains itself', async () => {
    const started = program('--help')
    expect(await started.ended).toBe(0)
    for (const option of ['--port', '--access-key', '--policies', '--knobs', '--seed']) {
      expect(started.stdout()).toContain(option)
    }
  })
})
