import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT, run } from './child.mjs'

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} problems what failed without being a test: a missing report, a file that did not load
 */

/** @returns {Promise<readonly string[]>} the folders, from the root, of all packages that have tests */
export async function testedPackages() {
  const { code, output } = await run('turbo', ['run', 'test', '--dry=json'], { output: 'capture' })
  if (code !== 0) throw new Error(output)
  /** @type {{ tasks: { task: string, command: string, directory: string }[] }} */
  const plan = JSON.parse(output.slice(output.indexOf('{')))
  return plan.tasks
    .filter(({ task, command }) => task === 'test' && command !== '<NONEXISTENT>')
    .map(({ directory }) => directory)
}

/** Reports of an earlier run must not be counted. @param {readonly string[]} packages */
export function forgetReports(packages) {
  for (const folder of packages) rmSync(reportOf(folder), { force: true })
}

/**
 * @param {readonly string[]} packages
 * @returns {Tally}
 */
export function tally(packages) {
  const all = packages.map((folder) => readReport(folder))
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    all.reduce((total, each) => total + each[key], 0)
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    problems: all.flatMap((each) => each.problems),
  }
}

/**
 * @param {string} folder
 * @returns {Tally}
 */
function readReport(folder) {
  const file = reportOf(folder)
  if (!existsSync(file)) return broken(`${folder}: the tests left no report`)
  return countReport(folder, JSON.parse(readFileSync(file, 'utf8')))
}

/**
 * @typedef {{ readonly status: string }} Assertion
 * @typedef {{ readonly name: string, readonly status: string, readonly assertionResults: readonly Assertion[] }} File
 */

/**
 * @param {string} folder
 * @param {{ readonly success: boolean, readonly testResults: readonly File[] }} report vitest's JSON
 * @returns {Tally}
 */
export function countReport(folder, report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const count = (/** @type {(status: string) => boolean} */ matches) =>
    tests.filter((test) => matches(test.status)).length
  const passed = count((status) => status === 'passed')
  const failed = count((status) => status === 'failed')
  const problems = report.testResults
    .filter((file) => file.status === 'failed')
    .filter((file) => file.assertionResults.every((test) => test.status !== 'failed'))
    .map((file) => `${folder}: ${file.name} failed outside its tests`)
  if (!report.success && failed === 0 && problems.length === 0) {
    problems.push(`${folder}: vitest failed outside the tests`)
  }
  return {
    passed,
    failed: failed + problems.length,
    skipped: tests.length - passed - failed,
    problems,
  }
}

/**
 * @param {string} problem
 * @returns {Tally}
 */
function broken(problem) {
  return { passed: 0, failed: 1, skipped: 0, problems: [problem] }
}

/** @param {string} folder */
function reportOf(folder) {
  return join(ROOT, folder, 'reports', 'vitest.json')
}
