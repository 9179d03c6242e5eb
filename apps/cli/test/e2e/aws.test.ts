import { readFileSync } from 'node:fs'
import { describeWith, nodeVersions } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { AwsDesk } from './aws-desk.ts'
import { awsCli, openAwsDesk } from './aws-desk.ts'
import type { Home, Outcome, RunOptions } from './bundle.ts'
import { HOST_NODE } from './bundle.ts'
import { canary, findCanaries, findInFiles } from './canary.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair } from './keys.ts'
import { bybitPair, kucoinTriple, masked, valuesJson } from './keys.ts'

interface Written {
  readonly previous: string | null
  readonly pending: { readonly versionId: string } | null
  readonly versionId: string
}
interface History {
  readonly asWritten: Readonly<Record<string, string>> | null
  readonly versions: readonly {
    readonly ours: boolean
    readonly phase: string | null
    readonly stages: readonly string[]
    readonly versionId: string
  }[]
}

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const KUCOIN = ['--env', 'dev', '--exchange', 'kucoin', '--account', 'hedge'] as const
const KEY = 'mm-bot/dev/bybit/api_key'
const SECRET = 'mm-bot/dev/bybit/api_secret'
const JSON_NAME = 'mm-bot/dev/bybit'

const give = async (home: Home, args: readonly string[], pair: Pair, options: RunOptions = {}) =>
  documentOf<Written>(
    await home.run([...args, '--value-stdin'], { ...options, stdin: valuesJson(pair) }),
  )

const conditionOf = async (home: Home) => {
  const outcome = await home.run(['status', '--env', 'dev'])
  const { credentials } = documentOf<{ readonly credentials: readonly unknown[] }>(outcome)
  return credentials
}

/** What a program gets, and what it would sign with. */
const live = async (home: Home): Promise<readonly string[]> => {
  const { api_key: key, api_secret: secret } = documentOf<Record<string, string>>(
    await home.run(['fetch', ...DEV, '--reveal']),
  )
  return [key ?? '', secret ?? '']
}

test.each(nodeVersions())(
  'a credential lives on aws: saved, rotated, rolled back, deleted, restored, on $name',
  async ({ path: node }) => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const mm = (...args: readonly string[]): Promise<Outcome> => home.run(args, { node })
    const [first, second, third] = [bybitPair(), bybitPair(), bybitPair()]

    const saving = await home.run(['save', ...DEV, '--value-stdin', '--site', 'testnet'], {
      node,
      stdin: valuesJson(first),
    })
    // The SDK warns of Node 20, and of much else, unless it is kept from it.
    expect(saving.stderr).toBe('')
    const saved = documentOf<Written>(saving)
    expect(saved).toMatchObject({ action: 'save', layout: 'pair', previous: null })
    expect(desk.secrets().get(KEY)?.current).toBe(first.key)
    expect(desk.secrets().get(SECRET)?.current).toBe(first.secret)

    desk.server.requests.clear()
    expect(await mm('fetch', ...DEV)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `{"api_key":"${masked(first.key)}","api_secret":"${masked(first.secret)}","env":"dev","exchange":"bybit"}\n`,
    })
    expect(desk.server.requests.counts()).toEqual({ GetSecretValue: 2 })
    desk.server.requests.clear()
    expect(documentOf(await mm('list', '--env', 'dev'))).toMatchObject({
      credentials: [{ condition: 'fine', names: [KEY, SECRET], versionId: saved.versionId }],
    })
    expect(desk.server.requests.counts()).toEqual({ ListSecrets: 1 })

    await give(home, ['save', ...DEV, '--suffix', '-new'], second, { node })
    expect(documentOf(await mm('fetch', ...DEV, '--suffix', '-new'))).toMatchObject({
      api_key: masked(second.key),
    })
    const plan = documentOf(await mm('rotate', ...DEV, '--from-suffix', '-new', '--dry-run'))
    expect(plan).toMatchObject({ action: 'promote', members: { api_key: masked(second.key) } })
    const promoted = documentOf<Written>(await mm('rotate', ...DEV, '--from-suffix', '-new'))
    expect(promoted).toMatchObject({ action: 'promote', notRevoked: saved.versionId })
    expect(desk.secrets().get(SECRET)?.current).toBe(second.secret)

    const rotated = await give(home, ['rotate', ...DEV], third, { node })
    expect(rotated).toMatchObject({ action: 'rotate', previous: promoted.versionId })
    const back = documentOf<Written>(await mm('rotate', ...DEV, '--rollback'))
    expect(await live(home)).toEqual([second.key, second.secret])
    expect(documentOf(await mm('rotate', ...DEV, '--resume'))).toMatchObject({ action: 'resume' })
    errorOf(await mm('rotate', ...DEV, '--discard', '--json'), 4)
    expect(documentOf(await mm('rotate', ...DEV, '--old-revoked'))).toMatchObject({
      notRevoked: null,
    })
    const { versions } = documentOf<History>(await mm('history', ...DEV))
    expect(versions.map(({ stages, versionId }) => [stages, versionId])).toEqual([
      [['AWSCURRENT'], back.versionId],
      [['AWSPREVIOUS'], rotated.versionId],
    ])
    expect(versions[0]).toMatchObject({ copyOf: promoted.versionId, ours: true, phase: null })

    documentOf(await mm('delete', ...DEV, '--yes', '--recovery-days', '7'))
    expect(desk.secrets().get(KEY)).toMatchObject({ deleted: true })
    errorOf(await mm('fetch', ...DEV, '--json'), 4)
    const again = await home.run(['save', ...DEV, '--value-stdin', '--json'], {
      node,
      stdin: valuesJson(bybitPair()),
    })
    expect(errorOf(again, 8).hint).toContain('mm-secrets restore --env dev --exchange bybit')
    documentOf(await mm('restore', ...DEV))
    expect(await live(home)).toEqual([second.key, second.secret])
    expect(documentOf(await mm('audit', 'verify', '--env', 'dev'))).toMatchObject({
      environments: [{ broken: null }],
    })
  },
)

test('a triple in json layout is one secret, and is rotated in one', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const [first, second] = [kucoinTriple(), kucoinTriple()]
  await give(home, ['save', ...KUCOIN, '--layout', 'json'], first)
  const name = 'mm-bot/dev/kucoin@hedge'
  expect([...desk.secrets().keys()]).toEqual([name])
  expect(JSON.parse(desk.secrets().get(name)?.current ?? '')).toMatchObject({
    api_key: first.key,
    api_passphrase: first.passphrase,
    env: 'dev',
    exchange: 'kucoin',
  })
  await give(home, ['rotate', ...KUCOIN], second)
  expect(documentOf(await home.run(['fetch', ...KUCOIN]))).toEqual({
    account: 'hedge',
    api_key: masked(second.key),
    api_passphrase: '***',
    api_secret: masked(second.secret),
    env: 'dev',
    exchange: 'kucoin',
  })
})

test('halves from two machines join by the ticket, at first and in a rotation', async () => {
  const desk = await openAwsDesk()
  const [here, there] = [desk.home(), desk.home()]
  for (const verb of ['save', 'rotate'] as const) {
    const pair = bybitPair()
    const before = verb === 'save' ? null : await live(here)
    const half = async (home: Home, keyType: string, value: string, more: readonly string[] = []) =>
      documentOf<Written>(
        await home.run([verb, ...DEV, '--key-type', keyType, '--value-stdin', ...more], {
          stdin: value,
        }),
      )
    // The guide's order is the key first; whoever has the secret first begins with that.
    const order = verb === 'save' ? ['api_key', 'api_secret'] : ['api_secret', 'api_key']
    const valueOf = (keyType = '') => (keyType === 'api_key' ? pair.key : pair.secret)
    const [one = '', other = ''] = order
    const { pending } = await half(here, one, valueOf(one))
    const ticket = pending?.versionId ?? ''
    if (before === null) errorOf(await here.run(['fetch', ...DEV, '--json']), 12)
    else expect(await live(there)).toEqual(before)

    const stranger = ['save', ...DEV, '--key-type', other, '--value-stdin', '--json']
    if (before !== null) errorOf(await there.run(stranger, { stdin: bybitPair().key }), 8)
    const whole = await half(there, other, valueOf(other), ['--complete', ticket])
    expect(whole).toMatchObject({ pending: null, versionId: ticket })
    expect(await live(here)).toEqual([pair.key, pair.secret])
  }
})

test('a half on the same machine joins by itself, and can be given up', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  await give(home, ['save', ...DEV], bybitPair())
  const before = await live(home)
  const half = ['save', ...DEV, '--key-type', 'api_key', '--value-stdin'] as const
  const begun = documentOf<Written>(await home.run(half, { stdin: bybitPair().key }))
  expect(await conditionOf(home)).toMatchObject([
    {
      condition: 'pending',
      fix: `mm-secrets save --env dev --exchange bybit --key-type api_secret --complete ${begun.pending?.versionId ?? ''}`,
    },
  ])
  documentOf(await home.run(['rotate', ...DEV, '--discard']))
  expect(await live(home)).toEqual(before)

  const next = bybitPair()
  documentOf(await home.run(half, { stdin: next.key }))
  const other = ['save', ...DEV, '--key-type', 'api_secret', '--value-stdin']
  documentOf(await home.run(other, { stdin: next.secret }))
  expect(await live(home)).toEqual([next.key, next.secret])
})

test('a credential moves to json layout and back, and programs find it in either', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const pair = bybitPair()
  const { versionId } = await give(home, ['save', ...DEV], pair)
  const [there, back] = ['json', 'pair']
  const moved = await home.run(['migrate', ...DEV, '--layout', there, '--yes'])
  expect(documentOf(moved)).toMatchObject({ from: 'pair', names: [JSON_NAME], versionId })
  expect(moved.stderr).toContain(`Programs that read ${KEY} and ${SECRET} themselves fail`)
  expect(await live(home)).toEqual([pair.key, pair.secret])
  expect(desk.secrets().get(KEY)).toMatchObject({ deleted: true })
  const ref = await home.run(['ref', ...DEV, '--format', 'ecs'])
  expect(ref.stdout).toContain(`:api_secret::${versionId}"`)

  documentOf(await home.run(['migrate', ...DEV, '--layout', back, '--yes']))
  expect(await live(desk.home())).toEqual([pair.key, pair.secret])
  expect(desk.secrets().get(JSON_NAME)).toMatchObject({ deleted: true })
  const next = bybitPair()
  await give(home, ['rotate', ...DEV], next)
  expect(await live(home)).toEqual([next.key, next.secret])
})

describeWith('aws', 'what somebody writes with the aws command', (path) => {
  const put = (desk: AwsDesk, name: string, value: string) =>
    awsCli(path, desk, ['put-secret-value', '--secret-id', name, '--secret-string', value])

  test('into the key is refused to readers, shown by status and history, and adopted', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const [ours, theirs] = [bybitPair(), bybitPair()]
    const { versionId } = await give(home, ['save', ...DEV], ours)
    await put(desk, KEY, theirs.key)

    const refused = errorOf(await home.run(['fetch', ...DEV, '--json']), 8)
    expect(refused.code).toBe('FOREIGN_WRITE')
    expect(refused.message).toContain(versionId)
    expect(await conditionOf(home)).toMatchObject([
      { condition: 'foreign', fix: 'mm-secrets rotate --env dev --exchange bybit --adopt' },
    ])
    const { asWritten, versions } = documentOf<History>(await home.run(['history', ...DEV]))
    expect(asWritten).toMatchObject({ api_secret: versionId })
    expect(versions.some(({ ours: own }) => !own)).toBe(true)
    for (const args of [
      ['ref', ...DEV, '--format', 'ecs'],
      ['migrate', ...DEV, '--layout', 'json', '--yes'],
    ]) {
      errorOf(await home.run([...args, '--json']), 8)
    }

    const plan = documentOf(await home.run(['rotate', ...DEV, '--adopt', '--dry-run']))
    expect(plan).toMatchObject({
      asWritten,
      members: { api_key: masked(theirs.key), api_secret: masked(ours.secret) },
    })
    const adopted = await home.run(['rotate', ...DEV, '--adopt', '--yes'])
    expect(documentOf(adopted)).toMatchObject({ action: 'adopt', notRevoked: null })
    expect(adopted.stderr).toContain(`${asWritten?.['api_key'] ?? 'none'}  under a minute\n`)
    expect(await live(home)).toEqual([theirs.key, ours.secret])
    expect(await conditionOf(home)).toMatchObject([{ condition: 'fine', fix: null }])
    errorOf(await home.run(['rotate', ...DEV, '--adopt', '--yes', '--json']), 4)
  })

  test('into the secret is not taken by readers, until it is adopted', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const [ours, theirs] = [bybitPair(), bybitPair()]
    await give(home, ['save', ...DEV], ours)
    await put(desk, SECRET, theirs.secret)
    expect(await live(home)).toEqual([ours.key, ours.secret])
    expect(await conditionOf(home)).toMatchObject([{ condition: 'foreign' }])
    documentOf(await home.run(['rotate', ...DEV, '--adopt', '--yes']))
    expect(await live(home)).toEqual([ours.key, theirs.secret])
    expect(desk.secrets().get(SECRET)?.current).toBe(theirs.secret)
  })

  test('as a whole is read, and reported until it is adopted', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const theirs = bybitPair()
    for (const [name, value] of [
      [KEY, theirs.key],
      [SECRET, theirs.secret],
    ] as const) {
      await awsCli(path, desk, ['create-secret', '--name', name, '--secret-string', value])
    }
    expect(await live(home)).toEqual([theirs.key, theirs.secret])
    const shown = await home.run(['fetch', ...DEV])
    expect(shown.stderr).toMatch(/^warning: dev\/bybit was written by another tool.* --adopt\n$/)
    const ran = await home.run(['run', ...DEV, '--', HOST_NODE, '-e', '0'])
    expect(ran).toMatchObject({ code: 0, stderr: shown.stderr })
    expect(await conditionOf(home)).toMatchObject([{ condition: 'unpaired' }])
    documentOf(await home.run(['rotate', ...DEV, '--adopt', '--yes']))
    expect(await live(home)).toEqual([theirs.key, theirs.secret])
    expect(await conditionOf(home)).toMatchObject([{ condition: 'fine' }])
    const next = bybitPair()
    await give(home, ['rotate', ...DEV], next)
    documentOf(await home.run(['rotate', ...DEV, '--rollback']))
    expect(await live(home)).toEqual([theirs.key, theirs.secret])
  })

  test('with a line end is read as it is, and not adopted', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    await give(home, ['save', ...DEV], bybitPair())
    await put(desk, KEY, `${bybitPair().key}\n`)
    const error = errorOf(await home.run(['rotate', ...DEV, '--adopt', '--yes', '--json']), 2)
    expect(error).toMatchObject({ code: 'INVALID_VALUE' })
    expect(error.message).toContain('api_key')
  })

  test('in json layout is refused where it is no credential, or one of another environment', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const pair = bybitPair()
    const whole = { api_key: pair.key, api_secret: pair.secret, env: 'dev', exchange: 'bybit' }
    const planted = canary('what is no credential').value
    const create = ['create-secret', '--name', JSON_NAME, '--secret-string', planted]
    await awsCli(path, desk, create)
    for (const [text, code] of [
      [planted, 9],
      [JSON.stringify([planted]), 9],
      [JSON.stringify({ ...whole, api_key: 7 }), 9],
      [JSON.stringify({ ...whole, env: 'prod' }), 9],
    ] as const) {
      await put(desk, JSON_NAME, text)
      const refused = await home.run(['fetch', ...DEV, '--json'])
      errorOf(refused, code)
      for (const value of [planted, pair.key, pair.secret]) {
        expect(refused.stderr).not.toContain(value)
      }
    }
    await put(desk, JSON_NAME, JSON.stringify(whole))
    expect(await live(home)).toEqual([pair.key, pair.secret])
  })

  test('beside the pair in json layout stops every write, and says which is read', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const pair = bybitPair()
    await give(home, ['save', ...DEV], pair)
    const other = { ...bybitPair(), env: 'dev', exchange: 'bybit' }
    const text = JSON.stringify({ ...other, api_key: other.key, api_secret: other.secret })
    await awsCli(path, desk, ['create-secret', '--name', JSON_NAME, '--secret-string', text])
    expect(await live(home)).toEqual([pair.key, pair.secret])
    expect(await conditionOf(home)).toMatchObject([{ condition: 'ambiguous' }])
    const refused = await home.run(['rotate', ...DEV, '--value-stdin', '--json'], {
      stdin: valuesJson(bybitPair()),
    })
    expect(errorOf(refused, 8)).toMatchObject({ code: 'AMBIGUOUS_LAYOUT' })
    expect(await live(home)).toEqual([pair.key, pair.secret])
  })
})

test('run gives a program the credential, and ref where others find it', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const pair = bybitPair()
  const { versionId } = await give(home, ['save', ...DEV], pair)
  const script =
    'process.stdout.write(`${process.env.BYBIT_API_KEY} ${process.env.BYBIT_API_SECRET} ${process.env.AWS_REGION}`)'
  const ran = await home.run(['run', ...DEV, '--', HOST_NODE, '-e', script])
  // The variables of AWS are the program's own business.
  expect(ran).toMatchObject({ code: 0, stdout: `${pair.key} ${pair.secret} eu-central-1` })
  const ref = await home.run(['ref', ...DEV, '--format', 'cloudformation'])
  expect(ref).toMatchObject({ code: 0 })
  const reference =
    /^BYBIT_API_KEY: "\{\{resolve:secretsmanager:(arn:\S+):SecretString:::(\S+)\}\}"$/m
  const [, arn = '', id = ''] = reference.exec(ref.stdout) ?? []
  expect(arn).toMatch(
    new RegExp(`^arn:aws:secretsmanager:eu-central-1:123456789012:secret:${KEY}-.{6}$`),
  )
  expect(id).toBe(versionId)
})

test('a planted value is in what is stored and nowhere else', async () => {
  const desk = await openAwsDesk()
  const home = desk.home()
  const names = ['the key', 'the secret', 'the next key', 'the next secret'] as const
  const planted = names.map((name) => canary(name))
  const [key, secret, nextKey, nextSecret] = planted.map(({ value }) => value)
  const outcomes: Outcome[] = []
  const mm = async (args: readonly string[], stdin = '') => {
    const outcome = await home.run(args, { stdin, env: { MM_SECRETS_DEBUG: '1' } })
    expect(outcome.code, outcome.stderr).not.toBe(1)
    outcomes.push(outcome)
  }
  await mm(['save', ...DEV, '--value-stdin'], `${key ?? ''}\n${secret ?? ''}\n`)
  for (const verb of ['fetch', 'history']) await mm([verb, ...DEV])
  await mm(['rotate', ...DEV, '--value-stdin'], `${nextKey ?? ''}\n${nextSecret ?? ''}\n`)
  await mm(['rotate', ...DEV, '--rollback', '--dry-run'])
  await mm(['migrate', ...DEV, '--layout', 'json', '--yes'])
  for (const format of ['ecs', 'external-secrets', 'cloudformation']) {
    await mm(['ref', ...DEV, '--format', format])
  }
  desk.server.knobs.set({ kms: 'denied' })
  await mm(['fetch', ...DEV])
  desk.server.knobs.set({ kms: 'granted', signatureSkewMs: 600_000 })
  await mm(['rotate', ...DEV, '--rollback'])
  desk.server.knobs.set({ signatureSkewMs: 0 })
  for (const args of [['list'], ['status'], ['doctor'], ['audit', 'show']]) await mm(args)

  expect(outcomes.flatMap(({ stderr, stdout }) => findCanaries(stdout + stderr, planted))).toEqual(
    [],
  )
  expect(findInFiles(home.path, planted)).toEqual([])
  const asked = JSON.stringify([desk.server.requests.all(), desk.server.events])
  const described = [...desk.secrets().values()].map(({ metadata }) => metadata).join('\n')
  expect(findCanaries(asked + described, planted)).toEqual([])
  // It would prove nothing had they not been stored.
  const held = [...desk.secrets().values()].map(({ current }) => current ?? '').join('\n')
  expect(findCanaries(held, planted)).not.toEqual([])
})

describe('a start', () => {
  /** Tells which files of ours a run has loaded. */
  const loadedBy = async (home: Home, args: readonly string[]): Promise<readonly string[]> => {
    const hook = `data:text/javascript,${encodeURIComponent(
      "import { createRequire } from 'node:module';" +
        "process.on('exit', () => { const { cache } = createRequire('/'); for (const file of Object.keys(cache)) process.stderr.write(`loaded ${file}\\n`) })",
    )}`
    const outcome = await home.run(args, { env: { NODE_OPTIONS: `--import ${hook}` } })
    return [...outcome.stderr.matchAll(/^loaded (.*)$/gm)].map(([, file = '']) => file)
  }
  const ofAws = (files: readonly string[]) =>
    files.filter(
      (file) => /SecretsManager|smithy/i.test(readFileSync(file, 'utf8')) && !isOurs(file),
    )
  const isOurs = (file: string) => /[\\/]cli-[^\\/]*$/.test(file)

  test('loads nothing of AWS unless the credential is there', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    await give(home, ['save', ...DEV], bybitPair())
    const onFile = desk.home({ SECRETS_BACKEND: 'file' })
    await give(onFile, ['save', ...DEV], bybitPair())
    for (const args of [['--version'], ['fetch', ...DEV], ['list'], ['help', 'save']]) {
      const loaded = await loadedBy(onFile, args)
      expect(loaded, args.join(' ')).not.toEqual([])
      expect(ofAws(loaded), args.join(' ')).toEqual([])
    }
    expect(ofAws(await loadedBy(home, ['--version']))).toEqual([])
    expect(ofAws(await loadedBy(home, ['fetch', ...DEV]))).not.toEqual([])
  })
})
