// `npm start`: builds the CLI, then runs the demo, or with arguments the CLI itself.
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

import { ROOT, run, signalExit } from './lib/child.mjs'

const args = process.argv.slice(2)

const build = await run(
  'turbo',
  ['run', 'build', '--filter=mm-secrets', '--output-logs=errors-only'],
  {
    output: 'capture',
  },
)
if (build.code === 0) {
  process.exitCode = await (args.length === 0
    ? pass([join(ROOT, 'scripts', 'demo.mjs')])
    : pass([join(ROOT, 'apps', 'cli', 'dist', 'mm-secrets.cjs'), ...args]))
} else {
  process.stderr.write(build.output)
  process.exitCode = 1
}

/**
 * Runs Node with our own streams in the folder where npm was called.
 *
 * @param {readonly string[]} argv
 * @returns {Promise<number>}
 */
function pass(argv) {
  const child = spawn(process.execPath, argv, {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    env: withoutNpm(process.env),
    stdio: 'inherit',
  })
  // A terminal sends Ctrl-C to both; how to end is the child's decision.
  process.on('SIGINT', () => {})
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? signalExit(signal)))
  })
}

/**
 * The environment as it was before npm added its own.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withoutNpm(env) {
  const kept = Object.entries(env).filter(([name]) => !/^(npm_.*|init_cwd|node|color)$/i.test(name))
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      name.toUpperCase() === 'PATH' ? ownPath(value ?? '') : value,
    ]),
  )
}

/** @param {string} path */
function ownPath(path) {
  const folders = path.split(delimiter)
  return folders.filter((folder) => !/node_modules|node-gyp-bin/.test(folder)).join(delimiter)
}
