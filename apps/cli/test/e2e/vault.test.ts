import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describeWith, realPart } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import type { Home, Outcome } from './bundle.ts'
import { makeFolder, makeHome } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair } from './keys.ts'
import { bybitPair, letters, masked, valuesJson } from './keys.ts'
import { openScreen } from './screen.ts'
import { snapshot } from './snapshot.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const FETCH = ['fetch', ...DEV] as const
const IN_DEV = ['--env', 'dev'] as const

const posix = process.platform !== 'win32'
const isRoot = process.getuid?.() === 0

interface Version {
  readonly sha256: string
  readonly version: number
}

const save = (home: Home, pair: Pair, env?: Readonly<Record<string, string>>): Promise<Outcome> =>
  home.run(['save', ...DEV, '--value-stdin'], {
    stdin: valuesJson(pair),
    ...(env === undefined ? {} : { env }),
  })

const vault = (home: Home, ...args: readonly string[]): Promise<Outcome> =>
  home.run(['vault', ...args, ...IN_DEV])

const recipients = (home: Home, ...args: readonly string[]): Promise<Outcome> =>
  vault(home, 'recipients', ...args)

const folderOf = (home: Home): string => join(home.data, 'dev')

function vaultFiles(home: Home): readonly string[] {
  return readdirSync(folderOf(home))
    .filter((name) => name.startsWith('vault.v'))
    .sort()
    .map((name) => join(folderOf(home), name))
}

/** What a person does who brings the vault of one machine to another. */
function copyVault(from: Home, to: Home): void {
  mkdirSync(folderOf(to), { recursive: true, mode: 0o700 })
  for (const file of readdirSync(folderOf(to))) {
    if (file.startsWith('vault.v')) rmSync(join(folderOf(to), file))
  }
  for (const file of vaultFiles(from)) cpSync(file, file.replace(from.data, to.data))
}

/** A home whose identity is there before any vault, and its recipient. */
async function makeMember(): Promise<{ readonly home: Home; readonly recipient: string }> {
  const home = makeHome()
  documentOf(await save(home, bybitPair()))
  const listed = await recipients(home, 'list')
  const { recipients: all } = documentOf<{ recipients: readonly { recipient: string }[] }>(listed)
  const identity = readFileSync(join(folderOf(home), 'identity.txt'))
  rmSync(home.data, { recursive: true })
  mkdirSync(folderOf(home), { recursive: true, mode: 0o700 })
  writeFileSync(join(folderOf(home), 'identity.txt'), identity, { mode: 0o600 })
  return { home, recipient: String(all[0]?.recipient) }
}

const shows = async (home: Home, pair: Pair, env = {}): Promise<void> => {
  expect(documentOf(await home.run(FETCH, { env }))).toMatchObject({ api_key: masked(pair.key) })
}

describe('two members with a machine each', () => {
  test('share a vault, notice what is put back, and part again', async () => {
    const ada = makeHome()
    const pair = bybitPair()
    documentOf(await save(ada, pair))
    const { home: bob, recipient } = await makeMember()
    const added = await recipients(ada, 'add', recipient, '--label', 'bob')
    const { sha256 } = documentOf<Version>(added)
    expect(added.stderr).toContain(`mm-secrets vault trust --env dev --sha256 ${sha256}`)

    // Bob copies the folder. It is not taken on faith; the error says how it is.
    copyVault(ada, bob)
    const stranger = errorOf(await bob.run([...FETCH, '--json']), 9)
    expect(stranger).toMatchObject({ code: 'TAMPERED' })
    expect(stranger.hint).toContain('mm-secrets vault trust --env dev')
    errorOf(await vault(bob, 'trust', '--json'), 2)
    errorOf(await vault(bob, 'trust', '--sha256', '1'.repeat(64), '--json'), 13)
    documentOf(await vault(bob, 'trust', '--sha256', sha256))
    await shows(bob, pair)

    // He writes, ada takes it over; both logs verify, each its own.
    const newer = bybitPair()
    documentOf(await save(bob, newer))
    copyVault(bob, ada)
    await shows(ada, newer)
    documentOf(await save(ada, pair))
    copyVault(ada, bob)
    await shows(bob, pair)
    for (const home of [ada, bob]) documentOf(await home.run(['audit', 'verify', ...IN_DEV]))

    // An older vault put back is noticed by bob as by ada.
    rmSync(String(vaultFiles(bob).at(-1)))
    expect(errorOf(await bob.run([...FETCH, '--json']), 9)).toMatchObject({ code: 'ROLLED_BACK' })
    copyVault(ada, bob)
    await shows(bob, pair)

    const removed = await recipients(ada, 'rm', 'bob')
    expect(documentOf(removed)).toMatchObject({
      removed: { label: 'bob', own: false, recipient },
      rotate: ['dev/bybit'],
    })
    expect(removed.stderr).toContain('mm-secrets rotate --env dev --exchange bybit')
    expect(vaultFiles(ada)).toHaveLength(1)
    copyVault(ada, bob)
    const out = errorOf(await bob.run([...FETCH, '--json']), 9)
    expect(out.hint).toContain('vault recipients add')
    await shows(ada, pair)
    documentOf(await ada.run(['audit', 'verify', ...IN_DEV]))
    const { records } = documentOf<{ records: readonly { action: string; reason: string }[] }>(
      await ada.run(['audit', 'show', ...IN_DEV]),
    )
    const reasons = records.flatMap(({ action, reason }) => (action === 'vault' ? [reason] : []))
    expect(reasons.join('\n')).toMatch(/added bob \(recipient sha256 \w{12}\)[^]*removed bob/)
    expect(reasons.join('\n')).not.toContain(recipient)
  })

  test('on one folder keep their records apart', async () => {
    const ada = makeHome()
    const pair = bybitPair()
    documentOf(await save(ada, pair))
    const { home, recipient } = await makeMember()
    const identity = join(ada.path, 'bob.txt')
    renameSync(join(folderOf(home), 'identity.txt'), identity)
    const env = { MM_SECRETS_IDENTITY_FILE: identity }
    const { sha256 } = documentOf<Version>(await recipients(ada, 'add', recipient, '--label', 'b'))
    documentOf(await ada.run(['vault', 'trust', ...IN_DEV, '--sha256', sha256], { env }))
    const newer = bybitPair()
    documentOf(await save(ada, newer, env))
    await shows(ada, newer)
    documentOf(await save(ada, pair))
    await shows(ada, pair, env)
    documentOf(await ada.run(['audit', 'verify', ...IN_DEV]))
    documentOf(await ada.run(['audit', 'verify', ...IN_DEV], { env }))
  })

  test.each([
    ['what is no recipient', ['add', 'bob', '--label', 'b'], 'USAGE'],
    ['an SSH key', ['add', 'ssh-ed25519 AAAA', '--label', 'b'], 'USAGE'],
    ['the same recipient again', ['add', '@own', '--label', 'b'], 'USAGE'],
    ['the last recipient', ['rm', '@own'], 'USAGE'],
  ])('refuse %s, and nothing is written', async (_what, args, code) => {
    const home = makeHome()
    documentOf(await save(home, bybitPair()))
    const { recipients: all } = documentOf<{ recipients: readonly { recipient: string }[] }>(
      await recipients(home, 'list'),
    )
    const before = vaultFiles(home)
    const typed = args.map((arg) => (arg === '@own' ? String(all[0]?.recipient) : arg))
    expect(errorOf(await recipients(home, ...typed, '--json'), 2).code).toBe(code)
    expect(vaultFiles(home)).toEqual(before)
  })
})

describeWith('age', 'a key on paper', (age) => {
  test('made by age-keygen opens each version with age, until it is removed', async () => {
    const home = makeHome()
    let pair = bybitPair()
    documentOf(await save(home, pair))
    const paper = join(makeFolder(), 'paper.txt')
    const keygen = age.replace(/age$/, 'age-keygen')
    execFileSync(keygen, ['-o', paper], { stdio: 'ignore' })
    const recipient = execFileSync(keygen, ['-y', paper], { encoding: 'utf8' }).trim()
    documentOf(await recipients(home, 'add', recipient, '--label', 'paper'))
    documentOf(await save(home, (pair = bybitPair())))
    const newest = (): string => String(vaultFiles(home).at(-1))
    const opened = (identity: string, file: string): string =>
      execFileSync(age, ['-d', '-i', identity, file], { encoding: 'utf8', stdio: 'pipe' })
    const own = join(folderOf(home), 'identity.txt')
    for (const identity of [paper, own]) expect(opened(identity, newest())).toContain(pair.secret)

    const backup = join(home.path, 'dev.age')
    documentOf(await vault(home, 'backup', '--output', backup))
    expect(opened(paper, backup)).toContain(pair.secret)
    expect(statSync(backup).mode & 0o777).toBe(0o600)

    documentOf(await recipients(home, 'rm', 'paper'))
    for (const file of vaultFiles(home)) {
      expect(() => opened(paper, file)).toThrow()
      expect(opened(own, file)).toContain(pair.secret)
    }
  })
})

describe('a backup', () => {
  async function backedUp(): Promise<{ home: Home; file: string; pair: Pair }> {
    const home = makeHome()
    const pair = bybitPair()
    documentOf(await save(home, pair))
    const file = join(home.path, 'dev.age')
    documentOf(await vault(home, 'backup', '--output', file))
    documentOf(await save(home, bybitPair()))
    return { home, file, pair }
  }

  test('is put back only at a terminal, whatever a script says', async () => {
    const { file, home } = await backedUp()
    const before = snapshot(folderOf(home))
    errorOf(await vault(home, 'restore', file, '--json'), 2)
    expect(await vault(home, 'restore', file, '--yes')).toMatchObject({ code: 2 })
    expect(await home.run(['vault', 'restore', file], { stdin: 'dev\n' })).toMatchObject({
      code: 2,
    })
    expect(snapshot(folderOf(home))).toEqual(before)
  })

  test.each([
    ['with a bit flipped', 9, 'CORRUPT'],
    ['that was cut', 9, 'CORRUPT'],
    ['of another identity', 9, 'CORRUPT'],
    ['of another environment', 6, 'ENVIRONMENT_MISMATCH'],
    ['that is not there', 2, 'USAGE'],
  ])('%s is refused before anything is asked', async (what, exit, code) => {
    const { file, home } = await backedUp()
    let env = 'dev'
    if (what === 'with a bit flipped') {
      const bytes = readFileSync(file)
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4
      writeFileSync(file, bytes)
    } else if (what === 'that was cut') truncateSync(file, 300)
    else if (what === 'of another identity') {
      cpSync((await backedUp()).file, file)
    } else if (what === 'that is not there') rmSync(file)
    else {
      env = 'prod'
      mkdirSync(join(home.data, 'prod'), { mode: 0o700 })
      cpSync(join(folderOf(home), 'identity.txt'), join(home.data, 'prod', 'identity.txt'))
    }
    const outcome = await home.run(['vault', 'restore', file, '--env', env, '--json'])
    expect(errorOf(outcome, exit).code).toBe(code)
  })

  describeWith('tmux', 'at a terminal', (tmux) => {
    async function restored(home: Home, file: string, typed: string): Promise<string> {
      const screen = openScreen(tmux, home, ['vault', 'restore', file, ...IN_DEV], { columns: 200 })
      await screen.until(/Type\s+dev\s+to\s+confirm/)
      screen.type(typed)
      screen.press('Enter')
      expect(await screen.ended()).toBe(typed === 'dev' ? 0 : 3)
      return screen.shown()
    }

    test('is put back after the name of the environment was typed', async () => {
      const { file, home, pair } = await backedUp()
      const before = snapshot(folderOf(home))
      await restored(home, file, 'yes')
      expect(snapshot(folderOf(home))).toEqual(before)
      expect(await restored(home, file, 'dev')).toContain('Restored 1 credential of dev: version')
      await shows(home, pair)
      documentOf(await home.run(['audit', 'verify', ...IN_DEV]))
    })

    test('brings back an empty home and a damaged vault', async () => {
      const { file, home, pair } = await backedUp()
      truncateSync(String(vaultFiles(home).at(-1)), 50)
      expect(await restored(home, file, 'dev')).toContain('warning: The vault of dev cannot be')
      await shows(home, pair)

      const empty = makeHome()
      mkdirSync(folderOf(empty), { recursive: true, mode: 0o700 })
      const identity = join(folderOf(home), 'identity.txt')
      cpSync(identity, join(folderOf(empty), 'identity.txt'))
      await restored(empty, file, 'dev')
      await shows(empty, pair)
      documentOf(await save(empty, bybitPair()))
      documentOf(await empty.run(['audit', 'verify', ...IN_DEV]))
    })

    test('a folder is trusted after its hash was compared', async () => {
      const { home, pair } = await backedUp()
      documentOf(await save(home, pair))
      for (const name of readdirSync(folderOf(home))) {
        if (name.startsWith('seen.')) rmSync(join(folderOf(home), name))
      }
      const screen = openScreen(tmux, home, ['vault', 'trust', ...IN_DEV], { columns: 200 })
      const question = await screen.until(/Type\s+dev\s+to\s+confirm/)
      expect(question).toMatch(/SHA-256\s+[0-9a-f]{64}/)
      screen.type('dev')
      screen.press('Enter')
      expect(await screen.ended()).toBe(0)
      await shows(home, pair)
    })

    test('oneself is removed after the label was typed', async () => {
      const { home } = await backedUp()
      const { recipient } = await makeMember()
      documentOf(await recipients(home, 'add', recipient, '--label', 'bob'))
      const { recipients: all } = documentOf<{ recipients: readonly { label: string }[] }>(
        await recipients(home, 'list'),
      )
      const label = String(all[0]?.label)
      errorOf(await recipients(home, 'rm', label, '--json'), 2)
      const screen = openScreen(tmux, home, ['vault', 'recipients', 'rm', label, ...IN_DEV])
      await screen.until(/to confirm/)
      screen.type(label)
      screen.press('Enter')
      expect(await screen.ended()).toBe(0)
      errorOf(await home.run([...FETCH, '--json']), 9)
    })
  })
})

describe.skipIf(!posix)('an identity kept elsewhere', () => {
  interface Elsewhere {
    readonly home: Home
    readonly pair: Pair
    readonly folder: string
    readonly identity: string
  }

  /** A vault whose identity was moved into a folder as a service manager makes it. */
  async function moved(): Promise<Elsewhere> {
    const home = makeHome()
    const pair = bybitPair()
    documentOf(await save(home, pair))
    const folder = makeFolder()
    const identity = join(folder, 'mm-identity')
    renameSync(join(folderOf(home), 'identity.txt'), identity)
    return { home, pair, folder, identity }
  }

  test('is named by MM_SECRETS_IDENTITY_FILE, or found in $CREDENTIALS_DIRECTORY', async () => {
    const { folder, home, identity, pair } = await moved()
    errorOf(await home.run([...FETCH, '--json']), 5)
    await shows(home, pair, { MM_SECRETS_IDENTITY_FILE: identity })
    await shows(home, pair, { CREDENTIALS_DIRECTORY: folder })
  })

  test.skipIf(!isRoot)('is taken as systemd lends it: of root, mode 0440', async () => {
    const { folder, home, identity, pair } = await moved()
    chownSync(identity, 0, 0)
    chmodSync(identity, 0o440)
    await shows(home, pair, { CREDENTIALS_DIRECTORY: folder })
    chmodSync(identity, 0o444)
    const env = { CREDENTIALS_DIRECTORY: folder }
    expect(errorOf(await home.run([...FETCH, '--json'], { env }), 2).code).toBe('CONFIG')
  })
})

describe.skipIf(!posix)('an identity with a passphrase', () => {
  /** `save` in a home that makes guarded identities, its passphrase from descriptor 3. */
  function guardedHome(): {
    readonly home: Home
    readonly passphrase: string
    readonly pair: Pair
  } {
    const home = makeHome()
    mkdirSync(home.data, { recursive: true, mode: 0o700 })
    const guarded = { identity: 'passphrase' }
    const config = { environments: { dev: guarded, prod: guarded } }
    writeFileSync(join(home.data, 'config.json'), JSON.stringify(config), { mode: 0o600 })
    return { home, passphrase: `${letters(9)} ${letters(9)}`, pair: bybitPair() }
  }

  const PIPED = { MM_SECRETS_IDENTITY_PASSPHRASE_FILE: '/dev/fd/3' }

  test('opens with one that a pipe gives, once for all environments', async () => {
    const { home, pair, passphrase } = guardedHome()
    const env = { ...PIPED, PASS: passphrase }
    const through = (line: string, stdin = ''): Promise<Outcome> =>
      home.shell(`${line} 3< <(printf '%s\\n' "$PASS")`, { env, stdin })
    documentOf(await through(`mm save ${DEV.join(' ')} --value-stdin`, valuesJson(pair)))
    const prod = 'mm save --env prod --exchange bybit --value-stdin'
    documentOf(await through(prod, valuesJson(bybitPair())))
    const identity = readFileSync(join(folderOf(home), 'identity.txt'), 'utf8')
    expect(identity).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(documentOf(await through(`mm ${FETCH.join(' ')}`))).toMatchObject({
      api_key: masked(pair.key),
    })
    const { credentials } = documentOf<{ credentials: readonly unknown[] }>(
      await through('mm list'),
    )
    expect(credentials).toHaveLength(2)
    documentOf(await through('mm vault recipients list --env dev'))
    // Nothing is piped, and nobody can be asked.
    errorOf(await home.run([...FETCH, '--json'], { env }), 5)
    errorOf(await home.run([...FETCH, '--json']), 5)
  })

  const tmux = realPart('tmux') ?? ''
  test.skipIf(tmux === '')('typed differently the second time makes nothing', async () => {
    const { home, pair } = guardedHome()
    const file = join(home.path, 'values')
    writeFileSync(file, valuesJson(pair), { mode: 0o600 })
    const before = readdirSync(home.data)
    const screen = openScreen(tmux, home, ['save', ...DEV, '--value-file', file])
    await screen.until(/New passphrase/)
    screen.type('one of them')
    screen.press('Enter')
    await screen.until(/The same again/)
    screen.type('another one')
    screen.press('Enter')
    expect(await screen.ended()).toBe(2)
    expect(screen.shown()).toContain('The two passphrases differ.')
    expect(readdirSync(home.data)).toEqual(before)
  })
})
