import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder, makeHome } from './bundle.ts'
import { letters } from './keys.ts'

/** Ends the process as a bug would, once its arguments were taken. */
const CRASH = `setInterval(() => { if (process.argv.length === 2) throw new Error('crash') })`

test('a crash leaves no report of Node, which would hold the command line', async () => {
  const [reports, folder] = [makeFolder(), makeFolder()]
  const crash = join(folder, 'crash.cjs')
  writeFileSync(crash, CRASH)
  const NODE_OPTIONS = `--report-uncaught-exception --report-directory=${reports} --require=${crash}`
  const secret = letters(36)
  const running = makeHome().start(
    ['save', '--exchange', 'bybit', '--api-secret', secret, '--value-stdin'],
    { env: { NODE_OPTIONS } },
  )
  const { code, stderr } = await running.ended
  expect(stderr).toContain('Error: crash')
  expect(code).not.toBe(0)
  expect(readdirSync(reports)).toEqual([])
})
