import { describe, expect, it } from 'vitest'

import { countReport, tally } from '../lib/reports.mjs'

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((each) => ({ status: each })),
})

describe('counting a report', () => {
  it('counts tests by outcome; whatever neither passed nor failed was skipped', () => {
    const report = {
      success: false,
      testResults: [
        file('passed', 'passed', 'passed', 'pending'),
        file('failed', 'failed', 'passed', 'todo', 'skipped'),
      ],
    }
    expect(countReport('p', report)).toEqual({ passed: 3, failed: 1, skipped: 3, problems: [] })
  })

  it('a file that failed without a failed test is a failure', () => {
    const report = { success: false, testResults: [file('failed'), file('failed', 'passed')] }
    expect(countReport('p', report)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
      problems: ['p: a.test.ts failed outside its tests', 'p: a.test.ts failed outside its tests'],
    })
  })

  it('a run that failed though no test and no file did is a failure', () => {
    const report = { success: false, testResults: [file('passed', 'passed')] }
    expect(countReport('p', report)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('no tests are no failure', () => {
    expect(countReport('p', { success: true, testResults: [] })).toMatchObject({ failed: 0 })
  })

  it('a missing report is a failure', () => {
    expect(tally(['no-such-package'])).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      problems: ['no-such-package: the tests left no report'],
    })
  })
})
