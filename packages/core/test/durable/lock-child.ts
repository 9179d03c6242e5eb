// Enters a critical section again and again, and says OVERLAP when somebody else is in it.
// lock-child.ts LOCK CANARY ROUNDS [KILL_AT]: dies by SIGKILL before its KILL_AT-th file system call, or, when KILL_AT is
// 'holding', inside one of its critical sections.
import * as fs from 'node:fs'
import { readProcess } from './process-state.ts'
import { withLock } from '../../src/durable/lock.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { observedFs } from './observed-fs.ts'

const [lock = '', canary = '', rounds = '1', killAt = 'never'] = process.argv.slice(2)
let calls = 0
const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}
const observed = observedFs(() => {
  calls += 1
  if (String(calls) === killAt) die()
})
const fatalRound = killAt === 'holding' ? Math.floor(Math.random() * Number(rounds)) : -1

for (let round = 0; round < Number(rounds); round += 1) {
  const call = { deadline: systemClock.now() + 60_000 }
  await withLock(observed, lock, systemClock, call, async () => {
    enter()
    await systemClock.sleep(1)
    if (round === fatalRound) die()
    leave()
  })
}
process.stdout.write('finished\n')

function enter(): void {
  try {
    const before = Number(fs.readFileSync(canary, 'utf8'))
    if (readProcess(before) === 'running') overlap(before)
    fs.unlinkSync(canary)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  fs.writeFileSync(canary, String(process.pid), { flag: 'wx' })
}

function leave(): void {
  const now = Number(fs.readFileSync(canary, 'utf8'))
  if (now !== process.pid) overlap(now)
  fs.unlinkSync(canary)
}

function overlap(other: number): void {
  process.stdout.write(`OVERLAP of ${process.pid} with ${other}\n`)
  process.exit(1)
}
