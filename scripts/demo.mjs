// What `npm start` shows: the main job on the embedded vault, in a throw-away home, with generated credentials.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUNDLE = fileURLToPath(new URL('../apps/cli/dist/mm-secrets.cjs', import.meta.url))
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** @typedef {{ tells: string, args: string[], stdin?: string }} Step */

const NAME = ['--env', 'prod', '--exchange', 'bybit']

/** @type {Step[]} */
const STEPS = [
  {
    tells: 'Save a credential. Both members go in together, by stdin, never on a command line:',
    args: ['save', ...NAME, '--value-stdin'],
    stdin: generatedCredential(),
  },
  { tells: 'Read it back, masked:', args: ['fetch', ...NAME] },
  { tells: 'See what is stored; listing reads no value:', args: ['list'] },
  {
    tells: 'Before a rotation, save the new key beside the old one, to test it:',
    args: ['save', ...NAME, '--suffix', '-new', '--value-stdin'],
    stdin: generatedCredential(),
  },
  {
    tells: 'Promote it. A bot reads the old pair or the new pair, never half of each:',
    args: ['rotate', ...NAME, '--from-suffix', '-new'],
  },
  { tells: 'What happened to it:', args: ['history', ...NAME] },
  {
    tells: 'What needs attention (the old key still works until it is revoked):',
    args: ['status'],
  },
  { tells: 'And proof that nobody edited the record of it:', args: ['audit', 'verify'] },
]

const home = mkdtempSync(join(tmpdir(), 'mm-secrets-demo-'))
try {
  process.exitCode = play(STEPS)
} finally {
  rmSync(home, { recursive: true, force: true })
}

/**
 * @param {readonly Step[]} steps
 * @returns {number} the exit code
 */
function play(steps) {
  say('mm-secrets: the main job, on an encrypted vault in a throw-away home.')
  for (const { tells, args, stdin } of steps) {
    say(`\n${tells}\n$ ${stdin === undefined ? '' : 'generate-key | '}mm-secrets ${args.join(' ')}`)
    const { error, status } = spawnSync(process.execPath, [BUNDLE, ...args], {
      env: environment(),
      input: stdin ?? '',
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    if (error !== undefined) throw error
    if (status !== 0) {
      say(`\nThis should have worked; it exited ${status}.`)
      return 1
    }
  }
  say(`
The throw-away home is gone. On your own vault, next:
  npm start -s -- save --env dev --exchange bybit     asks for your key, without echo
  npm start -s -- fetch --env dev --exchange bybit
  npm start -s -- --help`)
  return 0
}

/**
 * Nothing of the caller's environment but what finds programs and draws on the terminal: no real vault, no pin, no CI.
 *
 * @returns {Record<string, string>}
 */
function environment() {
  const kept = ['PATH', 'TERM', 'COLUMNS', 'NO_COLOR', 'LANG', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home, MM_SECRETS_HOME: home }
}

/** @returns {string} JSON of a key and a secret in Bybit's shape */
function generatedCredential() {
  return JSON.stringify({ api_key: letters(18), api_secret: letters(36) })
}

/**
 * @param {number} length
 * @returns {string}
 */
function letters(length) {
  return [...randomBytes(length)].map((byte) => LETTERS[byte % LETTERS.length]).join('')
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`)
}
