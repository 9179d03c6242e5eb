// `npm test`: every gate, then every suite. The last line is the count, alone.
import { execFileSync } from 'node:child_process'

import { run, toolEnv } from './lib/child.mjs'
import { forgetReports, tally, testedPackages } from './lib/reports.mjs'
import { realParts } from './real-parts.mjs'

const QUIET = '--output-logs=errors-only'

/** @type {readonly (readonly [name: string, tool: string, args: readonly string[]])[]} */
const GATES = [
  ['boundaries', 'turbo', ['boundaries']],
  ['types', 'turbo', ['run', 'typecheck', '--continue', '--concurrency=2', QUIET]],
  ['lint', 'turbo', ['run', 'lint', 'lint:root', '--continue', '--concurrency=2', QUIET]],
  ['knip', 'turbo', ['run', 'knip', QUIET]],
  ['build', 'turbo', ['run', 'build', '--continue', '--concurrency=2', QUIET]],
]

const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)

const lanes = await realParts()
let passed = 0
let failed = 0

for (const [name, tool, args] of GATES) {
  const started = performance.now()
  const { code, output } = await run(tool, args, { output: 'capture' })
  if (code === 0) passed += 1
  else {
    failed += 1
    say(output)
  }
  say(`${code === 0 ? '✓' : '✗'} ${name} (${seconds(started)} s)`)
}

const packages = await testedPackages()
forgetReports(packages)
const suites = await run(
  'turbo',
  [
    'run',
    'test',
    '--continue=dependencies-successful',
    '--concurrency=2',
    '--output-logs=new-only',
  ],
  { output: 'inherit', env: toolEnv(laneKeys()) },
)
const tests = tally(packages)
const problems = [...tests.problems]
passed += tests.passed
failed += tests.failed
if (suites.code !== 0 && tests.failed === 0) {
  failed += 1
  problems.push(`the test run ended with code ${suites.code}, though no test failed`)
}
if (process.env['MM_REQUIRE_LANES'] === '1') failed += lanes.missing

say('')
for (const line of problems) say(`✗ ${line}`)
for (const line of lanes.skipped) say(line)
say(`${passed} passed, ${failed} failed${tests.skipped === 0 ? '' : `, ${tests.skipped} skipped`}`)
process.exitCode = failed === 0 ? 0 : 1

/** What a suite's outcome depends on besides files: turbo caches a result per value of these. */
function laneKeys() {
  const parts = Object.entries(lanes.found).map(([name, path]) => `${name}=${path}`)
  const host = execFileSync('node', ['--version'], { encoding: 'utf8' }).trim()
  return { MM_REAL_PARTS: parts.join(' '), MM_NODES: `${process.version} ${host}` }
}

/** @param {number} started */
function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1)
}
