import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Backend, Credential, CredentialRef, Exchange, Members } from '@mm-secrets/core'
import { KEY_TYPES, errorCode, foreignVersions, secretName } from '@mm-secrets/core'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { cleanEnv, describeWith } from '@mm-secrets/vitest-config'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { awsBackend } from '../../src/index.ts'
import { newMembers, ref, save } from '../guide/guide-server.ts'
import { refused } from '../refused.ts'
import { REGION, TEST_KEYS, call, newValue, optionsFor } from '../stores.ts'

const SCRIPT = fileURLToPath(new URL('old_tool.py', import.meta.url))
const CURRENT = { stage: 'AWSCURRENT' } as const

type Plain = Readonly<Record<string, string>>

describeWith('boto3', 'a script that uses boto3 alone', (python) => {
  let server: RunningServer
  let ours: Backend
  beforeAll(async () => {
    server = await startServer()
  })
  beforeEach(() => {
    server.reset()
    ours = awsBackend({ ...optionsFor(server.url), warn: () => undefined })
  })
  afterAll(() => server.close())

  async function script(order: { write: Plain } | { read: readonly string[] }): Promise<Plain> {
    const env = cleanEnv({
      HOME: tmpdir(),
      AWS_ENDPOINT_URL: server.url,
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      // The boto3 of a distribution says on stderr for how long its Python will be served.
      PYTHONWARNINGS: 'ignore',
      ...TEST_KEYS,
    })
    const child = spawn(python, [SCRIPT], { env })
    child.stdin.end(JSON.stringify(order))
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    expect(stderr).toBe('')
    return JSON.parse(stdout) as Plain
  }

  const read = (of: CredentialRef) => ours.read(of, CURRENT, call())

  async function adopt(of: CredentialRef): Promise<void> {
    const state = await ours.describe(of, call())
    if (state === null) throw new Error('There is nothing to adopt.')
    const seen = await ours.read(of, { members: foreignVersions(state) }, call())
    await save(ours, of, seen?.members ?? {})
  }

  it.each(['bybit', 'kucoin'] as const)(
    'writes members that read as unpaired until they are adopted (%s)',
    async (exchange) => {
      const of = ref('shadow', exchange)
      const theirs = newMembers(of)
      await script({ write: byName(of, theirs) })
      const found = await read(of)
      expect(found).toMatchObject({ paired: false, layout: 'pair' })
      expect(plain(exchange, found)).toEqual(plain(exchange, { members: theirs }))
      expect(await ours.describe(of, call())).toMatchObject({ condition: 'unpaired' })

      await adopt(of)
      expect(await ours.describe(of, call())).toMatchObject({ condition: 'whole', asWritten: null })
      const whole = await read(of)
      expect(whole?.paired).toBe(true)
      expect(plain(exchange, whole)).toEqual(plain(exchange, { members: theirs }))
      expect(await script({ read: namesOf(of) })).toEqual(byName(of, theirs))
    },
  )

  it.each(['bybit', 'kucoin'] as const)(
    'reads what we saved and rotated (%s)',
    async (exchange) => {
      const of = ref('shadow', exchange)
      for (let version = 0; version < 3; version++) {
        const members = newMembers(of)
        await save(ours, of, members)
        expect(await script({ read: namesOf(of) })).toEqual(byName(of, members))
      }
    },
  )

  it('writes and reads JSON as we do', async () => {
    const of = ref('prod', 'bybit')
    const name = secretName(of, 'json')
    const theirs = newMembers(of)
    const value = { ...plain('bybit', { members: theirs }), exchange: 'bybit', env: 'prod' }
    await script({ write: { [name]: JSON.stringify(value) } })
    const found = await read(of)
    expect(found).toMatchObject({ layout: 'json' })
    expect(plain('bybit', found)).toEqual(plain('bybit', { members: theirs }))

    const next = newMembers(of)
    await save(ours, of, next)
    const { [name]: written = '' } = await script({ read: [name] })
    expect(JSON.parse(written)).toEqual({ ...value, ...plain('bybit', { members: next }) })
  })

  it('JSON of another environment is refused, without its content', async () => {
    const of = ref('prod', 'bybit')
    const values = newMembers(of)
    const value = { ...plain('bybit', { members: values }), exchange: 'bybit', env: 'dev' }
    await script({ write: { [secretName(of, 'json')]: JSON.stringify(value) } })
    const error = await refused(read(of))
    expect(error).toMatchObject({ code: 'CORRUPT' })
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain(values.api_secret?.reveal())
  })

  it('edits the key of ours while bots read: they are given the old pair or FOREIGN_WRITE', async () => {
    const of = ref('prod', 'bybit')
    const old = newMembers(of)
    await save(ours, of, old)
    const done = new AbortController()
    const seen = new Set<string>()
    const bots = Array.from({ length: 4 }, async () => {
      const bot = awsBackend({ ...optionsFor(server.url), warn: () => undefined })
      while (!done.signal.aborted) {
        const outcome = await bot.read(of, CURRENT, call()).then(
          (found) => JSON.stringify(plain('bybit', found)),
          (error: unknown) => errorCode(error) ?? 'failed',
        )
        seen.add(outcome)
      }
    })
    const edited = newValue(18)
    await script({ write: { [secretName(of, 'api_key')]: edited.reveal() } })
    const refusal = await refused(read(of))
    while (!seen.has('FOREIGN_WRITE')) await turn()
    done.abort()
    await Promise.all(bots)
    expect(refusal).toMatchObject({ code: 'FOREIGN_WRITE' })
    expect(seen).toEqual(
      new Set([JSON.stringify(plain('bybit', { members: old })), 'FOREIGN_WRITE']),
    )

    await adopt(of)
    expect(plain('bybit', await read(of))).toEqual(
      plain('bybit', { members: { ...old, api_key: edited } }),
    )
  })
})

function namesOf(of: CredentialRef): readonly string[] {
  return KEY_TYPES[of.exchange].map((keyType) => secretName(of, keyType))
}

function byName(of: CredentialRef, members: Members): Plain {
  return Object.fromEntries(
    KEY_TYPES[of.exchange].map((keyType) => [
      secretName(of, keyType),
      members[keyType]?.reveal() ?? '',
    ]),
  )
}

/** Values in clear by key type, in one order. */
function plain(
  exchange: Exchange,
  found: Pick<Credential, 'members'> | { readonly members: Members } | null,
): Plain {
  const members: Members = found?.members ?? {}
  return Object.fromEntries(
    KEY_TYPES[exchange].map((keyType) => [keyType, members[keyType]?.reveal() ?? '']),
  )
}
