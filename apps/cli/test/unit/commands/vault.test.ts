import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FakeCli, Outcome } from '../fake-cli.ts'
import { fakeCli } from '../fake-cli.ts'
import { RECIPIENT, vaultsIn } from '../vaults.ts'

let cli: FakeCli
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mm-secrets-vault-'))
  cli = fakeCli({ keeper: await vaultsIn(folder) })
})
afterEach(() => rm(folder, { recursive: true }))

const recipients = (...args: readonly string[]): readonly string[] => [
  'vault',
  'recipients',
  ...args,
]
const addPaper = (): Promise<Outcome> => cli.run(recipients('add', RECIPIENT, '--label', 'paper'))
const labels = async (): Promise<readonly string[]> => {
  const { stdout } = await cli.run(recipients('list'))
  const { recipients: all } = JSON.parse(stdout) as { recipients: readonly { label: string }[] }
  return all.map(({ label }) => label)
}

describe('vault recipients', () => {
  test('lists a lone one with a word of warning, at a terminal as a table', async () => {
    const { stderr, stdout } = await cli.run(recipients('list'), { answers: [] })
    expect(stdout).toMatch(
      /^LABEL +SINCE +YOURS +RECIPIENT\nada@desk +2026-11-25 +yes +age1\w{58}\n$/,
    )
    expect(stderr).toMatch(/Version 1 of the vault, SHA-256 [0-9a-f]{64}/)
    expect(stderr).toContain('One recipient alone opens the vault of dev')
  })

  test('adds one, and says how its machine comes to trust the folder', async () => {
    const added = await cli.run(recipients('add', RECIPIENT, '--label', 'paper key'), {
      answers: [],
    })
    expect(added.stdout).toBe(
      'Added paper key: version 2 of the vault of dev opens with that identity, too.\n',
    )
    expect(added.stderr).toMatch(/mm-secrets vault trust --env dev --sha256 [0-9a-f]{64}\n/)
    expect(await labels()).toEqual(['ada@desk', 'paper key'])
    const { stderr } = await cli.run(recipients('list'))
    expect(stderr).toBe('')
  })

  test('records who was added by the hash of the recipient', async () => {
    await addPaper()
    expect(cli.events.map(({ action, outcome, reason }) => [action, outcome, reason])).toEqual([
      ['vault', 'started', 'adding a recipient'],
      [
        'vault',
        'done',
        expect.stringMatching(
          /^added paper \(recipient sha256 [0-9a-f]{12}\) in version 2 sha256 /,
        ),
      ],
    ])
    expect(JSON.stringify(cli.events)).not.toContain(RECIPIENT)
  })

  test.each([
    ['what is no recipient', ['bob', '--label', 'bob'], /is no recipient of age/],
    ['an SSH key', ['ssh-ed25519 AAAA', '--label', 'bob'], /is an SSH key/],
    ['no label', [RECIPIENT], /--label/],
    ['a label that is taken', [RECIPIENT, '--label', 'ada@desk'], /is taken in dev/],
    ['nothing', ['--label', 'bob'], /RECIPIENT/],
  ])('refuses to add %s', async (_what, args, problem) => {
    const { code, stderr } = await cli.run(recipients('add', ...args))
    expect(code).toBe(2)
    expect(stderr).toMatch(problem)
    expect(await labels()).toEqual(['ada@desk'])
  })

  test('removes one by its label, and says what to do next', async () => {
    await addPaper()
    const removed = await cli.run(recipients('rm', 'paper'), { answers: [] })
    expect(removed.stdout).toBe(
      'Removed paper: version 3 of the vault of dev is closed to that identity.\n',
    )
    expect(removed.stderr).toContain('mm-secrets audit export --env dev')
    expect(await labels()).toEqual(['ada@desk'])
  })

  test('removes oneself only by typing the label at a terminal', async () => {
    await addPaper()
    expect(await cli.run(recipients('rm', 'ada@desk'))).toMatchObject({ code: 2 })
    const other = await cli.run(recipients('rm', 'ada@desk'), { answers: ['yes'] })
    expect(other.code).toBe(3)
    expect(other.questions).toEqual([expect.stringContaining('Type ada@desk to confirm.')])
    expect(await labels()).toHaveLength(2)
    expect(await cli.run(recipients('rm', 'ada@desk'), { answers: ['ada@desk'] })).toMatchObject({
      code: 0,
    })
  })

  test('refuses the last one without a question', async () => {
    const { code, questions, stderr } = await cli.run(recipients('rm', 'ada@desk'), { answers: [] })
    expect([code, questions]).toEqual([2, []])
    expect(stderr).toContain('The last recipient of dev is not removed.')
  })

  test('of nobody is not found', async () => {
    expect(await cli.run(recipients('rm', 'zoe'))).toMatchObject({ code: 4 })
    expect(await cli.run(recipients('list', '--env', 'prod'))).toMatchObject({ code: 4 })
  })
})

describe('vault trust', () => {
  const typed = (answer: string) => cli.run(['vault', 'trust'], { answers: [answer] })

  test('shows number and hash, and takes the name of the environment', async () => {
    const { code, questions, stdout } = await typed('dev')
    expect(code).toBe(0)
    expect(questions[0]).toMatch(/version 1, written .*, SHA-256 [0-9a-f]{64}\. .*Type dev/)
    expect(stdout).toMatch(/^The vault of dev is trusted: version 1, /)
    expect(await typed('yes')).toMatchObject({ code: 3 })
  })

  test('is for a terminal, unless a hash is given', async () => {
    const { code, stderr } = await cli.run(['vault', 'trust'])
    expect(code).toBe(2)
    expect(stderr).toContain('--sha256')
    expect(await cli.run(['vault', 'trust', '--sha256', 'abc'])).toMatchObject({ code: 2 })
    const other = ['vault', 'trust', '--sha256', '0'.repeat(64)]
    expect(await cli.run(other)).toMatchObject({ code: 13 })
  })
})

describe('vault backup and restore', () => {
  let file: string
  const restore = (answers?: readonly string[], env = 'dev'): Promise<Outcome> =>
    cli.run(['vault', 'restore', file, '--env', env], answers === undefined ? {} : { answers })

  beforeEach(async () => {
    file = join(folder, 'dev.age')
    expect(await cli.run(['vault', 'backup', '--output', file])).toMatchObject({ code: 0 })
  })

  test('make one private file, which is never overwritten', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const before = await readFile(file)
    const again = await cli.run(['vault', 'backup', '--output', file])
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('it exists already')
    expect(await readFile(file)).toEqual(before)
  })

  test('put it back as a new version, after the environment was typed', async () => {
    const { code, questions, stdout } = await restore(['dev'])
    expect(code).toBe(0)
    expect(questions[0]).toMatch(/by 0 credentials of a backup: version 1, .*Type dev to confirm/)
    expect(stdout).toMatch(/^Restored 0 credentials of dev: version 2, /)
    expect(await restore(['prod'])).toMatchObject({ code: 3 })
  })

  test('never answer the question for a person', async () => {
    expect(await restore()).toMatchObject({ code: 2 })
    const yes = await cli.run(['vault', 'restore', file, '--yes'])
    expect(yes.code).toBe(2)
    expect(yes.stderr).toContain('yes')
  })

  test('refuse a file that is none', async () => {
    await writeFile(file, 'not a backup')
    expect(await restore(['dev'])).toMatchObject({ code: 9 })
    await rm(file)
    expect(await restore(['dev'])).toMatchObject({ code: 2 })
  })
})

test('on memory there are no vaults', async () => {
  for (const args of [
    recipients('list'),
    recipients('add', RECIPIENT, '--label', 'x'),
    recipients('rm', 'x'),
    ['vault', 'trust', '--sha256', '0'.repeat(64)],
    ['vault', 'backup', '--output', join(folder, 'none')],
  ]) {
    const { code, stderr } = await fakeCli().run(args)
    expect(code).toBe(2)
    expect(stderr).toContain('Only the file backend has recipients and backups.')
  }
})

test('the help of a group within a group lists its commands', async () => {
  const { stdout } = await cli.run(recipients('--help'))
  expect(stdout).toMatch(/mm-secrets vault recipients - list, add or remove/)
  expect(stdout).toMatch(/COMMANDS\n +list .*\n +add .*\n +rm /)
  expect((await cli.run(['help', 'vault'])).stdout).toMatch(/recipients .*\n +trust /)
  expect((await cli.run(recipients('rm', '--help'))).stdout).toContain(
    'mm-secrets vault recipients rm',
  )
})
