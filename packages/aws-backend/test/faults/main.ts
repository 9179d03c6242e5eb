// pnpm fault-run [operations] [seed]
import { randomInt } from 'node:crypto'
import { faultRun } from './fault-run.ts'
import { figures } from './report.ts'

const [operations = '10000', seed = String(randomInt(1_000_000))] = process.argv.slice(2)
const run = await faultRun(Number(operations), Number(seed))
const { lines, succeeded } = figures(run)
process.stdout.write(`seed ${seed}\n${lines.join('\n')}\n`)
if (run.violations.length > 0 || succeeded < 0.999 * run.entries.length) process.exitCode = 1
