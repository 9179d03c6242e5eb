import { expect, test } from 'vitest'
import { fakeCli } from '../fake-cli.ts'

const COMMANDS = [
  'save',
  'fetch',
  'list',
  'rotate',
  'status',
  'history',
  'delete',
  'restore',
  'doctor',
  'audit',
]
const VERBS = ['show', 'verify', 'export', 'note']

test('without a command, and with --help, the program says what it can do', async () => {
  const { run } = fakeCli()
  const { code, stdout, stderr } = await run([])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  expect((await run(['--help'])).stdout).toBe(stdout)
  expect((await run(['help'])).stdout).toBe(stdout)
})

test('every command explains its options, gives examples and lists its exit codes', async () => {
  const { run } = fakeCli()
  const lines = [
    ...COMMANDS.filter((name) => name !== 'audit').map((name) => [name]),
    ...VERBS.map((verb) => ['audit', verb]),
  ]
  for (const words of lines) {
    const { code, stdout } = await run([...words, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^mm-secrets .* - [a-z]/)
    for (const title of ['USAGE', 'OPTIONS', 'EXAMPLES', 'EXIT STATUS']) {
      expect(stdout).toMatch(new RegExp(`^${title}$`, 'm'))
    }
    expect((await run(['help', ...words])).stdout).toBe(stdout)
    expect((await run([...words, '-h'])).stdout).toBe(stdout)
  }
})

test('the deprecated options for values are not advertised', async () => {
  const { run } = fakeCli()
  const help = `${(await run(['save', '--help'])).stdout}${(await run(['rotate', '--help'])).stdout}`
  for (const option of ['--api-key', '--api-secret', '--new-api-key', '--value ']) {
    expect(help).not.toContain(option)
  }
})

test('help fits the terminal', async () => {
  const { run } = fakeCli()
  for (const columns of [60, 80]) {
    const { stdout } = await run(['save', '--help'], { columns })
    const examples = stdout.indexOf('EXAMPLES')
    const lines = stdout.slice(0, examples).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
  }
})

test('--version prints the version alone', async () => {
  const { run } = fakeCli()
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n', stderr: '' })
})
