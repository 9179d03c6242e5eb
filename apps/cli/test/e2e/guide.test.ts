import { readFileSync } from 'node:fs'
import { nodeVersions } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { Home, Outcome } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf } from './document.ts'
import { bybitPair, kucoinTriple, letters, masked } from './keys.ts'

interface Status {
  readonly credentials: readonly { readonly credential: string; readonly condition: string }[]
}

/** The examples of the operations guide, with mm-secrets in place of the old program. */
describe.each(nodeVersions())('the operations guide on $name', ({ path: node }) => {
  const within = (home: Home) => ({
    /** A line as the guide writes it, quotes included. */
    line: (line: string, env: Readonly<Record<string, string>> = {}) =>
      home.shell(line, { node, env }),
  })

  test('initial setup: save with values in the command line, list, fetch masked', async () => {
    const { line } = within(makeHome())
    const { key, secret } = bybitPair()
    const exported = { AWS_REGION: 'us-east-1', MM_ENV: 'prod' }
    const saved = await line(
      `mm save --env prod --exchange bybit --api-key "${key}" --api-secret "${secret}"`,
      exported,
    )
    expect(documentOf(saved)).toMatchObject({ credential: 'prod/bybit', exposed: true })
    expect(saved.stderr).not.toContain(key)
    expect(saved.stderr).not.toContain(secret)

    const listed = documentOf<{ readonly credentials: unknown[] }>(await line('mm list', exported))
    expect(listed.credentials).toMatchObject([
      {
        credential: 'prod/bybit',
        names: ['mm-bot/prod/bybit/api_key', 'mm-bot/prod/bybit/api_secret'],
      },
    ])

    const fetched = await line('mm fetch --env prod --exchange bybit', exported)
    expect(documentOf(fetched)).toEqual({
      api_key: masked(key),
      api_secret: masked(secret),
      env: 'prod',
      exchange: 'bybit',
    })
  })

  test('standard rotation with values in the command line', async () => {
    const { line } = within(makeHome())
    const [old, fresh] = [bybitPair(), bybitPair()]
    await line(
      `mm save --env prod --exchange bybit --api-key ${old.key} --api-secret ${old.secret}`,
    )
    const rotated = await line(
      `mm rotate --env prod --exchange bybit --new-api-key "${fresh.key}" --new-api-secret "${fresh.secret}"`,
    )
    expect(documentOf(rotated)).toMatchObject({ action: 'rotate', credential: 'prod/bybit' })
    expect(documentOf(await line('mm fetch --env prod --exchange bybit'))).toMatchObject({
      api_key: masked(fresh.key),
      api_secret: masked(fresh.secret),
    })
  })

  test('saving one key type after the other gives a credential that is read whole', async () => {
    const { line } = within(makeHome())
    const { key, secret } = bybitPair()
    const first = await line(
      `mm save --exchange bybit --env shadow --key-type api_key --value "${key}"`,
    )
    expect(documentOf(first)).toMatchObject({ missing: ['api_secret'], versionId: null })
    expect(first.stderr).toContain('api_secret')

    const half = await line('mm fetch --exchange bybit --env shadow')
    expect(half).toMatchObject({ code: 12, stdout: '' })

    const second = await line(
      `mm save --exchange bybit --env shadow --key-type api_secret --value "${secret}"`,
    )
    expect(documentOf(second)).toMatchObject({ missing: [], pending: null })
    expect(documentOf(await line('mm fetch --exchange bybit --env shadow'))).toEqual({
      api_key: masked(key),
      api_secret: masked(secret),
      env: 'shadow',
      exchange: 'bybit',
    })
  })

  test('rotation by a copy with the suffix -new: half is refused, whole is promoted', async () => {
    const { line } = within(makeHome())
    const [old, fresh] = [bybitPair(), bybitPair()]
    await line(
      `mm save --exchange bybit --env prod --api-key ${old.key} --api-secret ${old.secret}`,
    )
    const promote = 'mm rotate --exchange bybit --env prod --from-suffix "-new"'

    await line(
      `mm save --exchange bybit --env prod --key-type api_key --value "${fresh.key}" --suffix "-new"`,
    )
    const early = await line(promote)
    expect(early).toMatchObject({ code: 12, stdout: '' })
    expect(early.stderr).toContain('api_secret')
    expect(documentOf(await line('mm fetch --exchange bybit --env prod'))).toMatchObject({
      api_key: masked(old.key),
    })

    await line(
      `mm save --exchange bybit --env prod --key-type api_secret --value "${fresh.secret}" --suffix "-new"`,
    )
    const suffixed = await line('MM_API_KEY_SUFFIX="-new" mm fetch --exchange bybit --env prod')
    expect(documentOf(suffixed)).toMatchObject({ api_key: masked(fresh.key) })

    expect(documentOf(await line(promote))).toMatchObject({ action: 'promote', suffix: null })
    expect(documentOf(await line('mm fetch --exchange bybit --env prod'))).toEqual({
      api_key: masked(fresh.key),
      api_secret: masked(fresh.secret),
      env: 'prod',
      exchange: 'bybit',
    })
  })

  test('emergency revocation: both halves saved over a live credential replace it at once', async () => {
    const { line } = within(makeHome())
    const [old, fresh] = [bybitPair(), bybitPair()]
    await line(
      `mm save --exchange bybit --env prod --api-key ${old.key} --api-secret ${old.secret}`,
    )
    const half = await line(
      `mm save --exchange bybit --env prod --key-type api_key --value "${fresh.key}"`,
    )
    expect(half.code).toBe(0)
    // The bots go on with the whole old pair in between.
    expect(documentOf(await line('mm fetch --exchange bybit --env prod'))).toMatchObject({
      api_key: masked(old.key),
      api_secret: masked(old.secret),
    })
    const whole = await line(
      `mm save --exchange bybit --env prod --key-type api_secret --value "${fresh.secret}"`,
    )
    expect(whole.code).toBe(0)
    expect(documentOf(await line('mm fetch --exchange bybit --env prod'))).toMatchObject({
      api_key: masked(fresh.key),
      api_secret: masked(fresh.secret),
    })
  })

  test('break-glass: prod from MM_FAKE_SECRETS_JSON, masked, with a loud warning and a record', async () => {
    const { line } = within(makeHome())
    const [key, secret] = [`EMERGENCY_KEY${letters(9)}`, `EMERGENCY_SECRET${letters(20)}`]
    const exported = {
      MM_ENV: 'prod',
      SECRETS_BACKEND: 'memory',
      MM_FAKE_SECRETS_JSON: JSON.stringify({
        'mm-bot/prod/bybit/api_key': key,
        'mm-bot/prod/bybit/api_secret': secret,
      }),
    }
    const fetched = await line('mm fetch --env prod --exchange bybit', exported)
    expect(documentOf(fetched)).toEqual({
      api_key: 'EME...***',
      api_secret: 'EME...***',
      env: 'prod',
      exchange: 'bybit',
    })
    expect(fetched.stderr).toMatch(/break-glass/i)
    const shown = await line('mm audit show --env prod', exported)
    expect(documentOf(shown)).toMatchObject({
      records: [{ action: 'read', credential: 'prod/bybit', outcome: 'break-glass' }],
    })
  })

  test("break-glass works with the guide's own values, and not in CI", async () => {
    const { line } = within(makeHome())
    const guide = [
      'export MM_ENV=prod',
      'export SECRETS_BACKEND=memory',
      `export MM_FAKE_SECRETS_JSON='{"mm-bot/prod/bybit/api_key":"EMERGENCY_KEY","mm-bot/prod/bybit/api_secret":"EMERGENCY_SECRET"}'`,
      'mm fetch --env prod --exchange bybit',
    ].join('\n')
    expect(documentOf(await line(guide))).toMatchObject({ api_key: 'EME...***', env: 'prod' })
    expect(await line(guide, { CI: 'true' })).toMatchObject({ code: 6, stdout: '' })
  })

  test('exchange variables and nothing else answer for dev, with one line on stderr', async () => {
    const { line } = within(makeHome())
    const guide = [
      'export BYBIT_API_KEY="your_api_key_here"',
      'export BYBIT_API_SECRET="your_api_secret_here"',
      'mm fetch --exchange bybit --env dev',
    ].join('\n')
    const fetched = await line(guide)
    expect(documentOf(fetched)).toEqual({
      api_key: 'you...***',
      api_secret: 'you...***',
      env: 'dev',
      exchange: 'bybit',
    })
    expect(linesOf(fetched)).toHaveLength(1)
    const shadow = guide.replace('--env dev', '--env shadow')
    expect(await line(shadow)).toMatchObject({ code: 4, stdout: '' })
  })

  test('what is saved comes before what the exchange variables say', async () => {
    const { line } = within(makeHome())
    const { key, secret } = bybitPair()
    await line(`mm save --exchange bybit --env dev --api-key ${key} --api-secret ${secret}`)
    const fetched = await line('mm fetch --exchange bybit --env dev', {
      BYBIT_API_KEY: letters(18),
      BYBIT_API_SECRET: letters(36),
    })
    expect(documentOf(fetched)).toMatchObject({ api_key: masked(key) })
  })

  test('a KuCoin credential has three members, and its passphrase shows nothing', async () => {
    const { line } = within(makeHome())
    const { key, passphrase, secret } = kucoinTriple()
    const saved = await line(
      `mm save --env soak --exchange kucoin --api-key ${key} --api-secret ${secret} --api-passphrase ${passphrase}`,
    )
    expect(saved.code).toBe(0)
    expect(documentOf(await line('mm fetch --env soak --exchange kucoin'))).toEqual({
      api_key: masked(key),
      api_passphrase: '***',
      api_secret: masked(secret),
      env: 'soak',
      exchange: 'kucoin',
    })
  })

  test('a value in the command line costs one warning, marks the key as exposed and fails the check', async () => {
    const home = makeHome()
    const { line } = within(home)
    const [seen, fresh] = [bybitPair(), bybitPair()]
    const saved = await line(
      `mm save --env dev --exchange bybit --api-key ${seen.key} --api-secret ${seen.secret}`,
    )
    expect(linesOf(saved)).toHaveLength(1)
    expect(saved.stderr).toMatch(/^warning: .*--value-(stdin|file)/)

    const checked = await line('mm status --check')
    expect(documentOf<Status>(checked, 11).credentials).toMatchObject([
      { credential: 'dev/bybit', condition: 'exposed' },
    ])

    await home.run(['rotate', '--env', 'dev', '--exchange', 'bybit', '--value-stdin'], {
      node,
      stdin: `${fresh.key}\n${fresh.secret}\n`,
    })
    expect(documentOf<Status>(await line('mm status --check')).credentials).toMatchObject([
      { credential: 'dev/bybit', condition: 'fine' },
    ])
  })

  test.runIf(process.platform === 'linux')(
    'on Linux the command line of the process loses the value soon after it started',
    async () => {
      const home = makeHome()
      const { key, secret } = bybitPair()
      const titles = await titlesOf(home, node, [`--api-key=${key}`, '--api-secret', secret])
      // Before the program's first line runs, the kernel shows what the shell gave it.
      const cleaned = titles.findIndex((title) => !title.includes(key))
      expect(titles[cleaned]).toContain('mm-secrets')
      for (const title of titles.slice(cleaned)) {
        expect(title).not.toContain(key)
        expect(title).not.toContain(secret)
      }
    },
  )
})

/** The titles of a `save` with these options; on a busy machine one may be over before it was looked at twice. */
async function titlesOf(
  home: Home,
  node: string,
  options: readonly string[],
): Promise<readonly string[]> {
  let titles: readonly string[] = []
  for (let attempt = 1; attempt <= 5 && titles.length < 2; attempt++) {
    const args = ['save', '--env', 'dev', '--exchange', 'bybit', '--account', `a${attempt}`]
    const { ended, pid } = home.start([...args, ...options], { node })
    titles = watchCommandLine(pid)
    await ended
  }
  return titles
}

/** What proc(5) says of a process, each time it changes, until it has ended. */
function watchCommandLine(pid: number): readonly string[] {
  const titles: string[] = []
  for (;;) {
    const title = commandLine(pid)
    // Empty: it has ended, and nobody has waited for it yet.
    if (title === '') return titles
    if (title !== titles.at(-1)) titles.push(title)
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

function linesOf({ stderr }: Outcome): readonly string[] {
  return stderr.split('\n').filter((line) => line !== '')
}
