import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BIN = join(ROOT, 'node_modules', '.bin')

const WINDOWS = process.platform === 'win32'
// On Windows a variable's name is found in any case, but only through process.env itself.
const PATH = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'

/**
 * The environment of the tools: node_modules/.bin first (it holds Node 24 on Linux), nothing phoned home.
 *
 * @param {Record<string, string>} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnv(extra = {}) {
  return {
    ...process.env,
    [PATH]: `${BIN}${delimiter}${process.env[PATH] ?? ''}`,
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    ...extra,
  }
}

/**
 * @typedef {{ readonly code: number, readonly output: string }} Ended
 * @typedef {object} RunOptions
 * @property {'inherit' | 'stderr' | 'capture'} output 'stderr': everything printed goes to stderr
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * Runs a tool by name or path from the root of the checkout.
 *
 * @param {string} command
 * @param {readonly string[]} args without spaces or quotes: on Windows a shell reads them
 * @param {RunOptions} options
 * @returns {Promise<Ended>} code 127 where the command does not exist
 */
export function run(command, args, options) {
  const out = { inherit: 'inherit', stderr: process.stderr, capture: 'pipe' }[options.output]
  const child = spawn(command, args, {
    cwd: ROOT,
    env: options.env ?? toolEnv(),
    shell: WINDOWS,
    stdio: [
      'ignore',
      /** @type {'pipe'} */ (out),
      options.output === 'capture' ? 'pipe' : 'inherit',
    ],
  })
  /** @type {Buffer[]} */
  const chunks = []
  child.stdout?.on('data', (chunk) => chunks.push(chunk))
  child.stderr?.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: `${error.message}\n` }))
    child.on('close', (code, signal) => {
      resolve({ code: code ?? signalExit(signal), output: Buffer.concat(chunks).toString('utf8') })
    })
  })
}

/**
 * The exit code a shell gives to a death by signal.
 *
 * @param {NodeJS.Signals | null} signal
 */
export function signalExit(signal) {
  return 128 + (signal === null ? 0 : constants.signals[signal])
}
