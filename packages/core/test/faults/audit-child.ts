// Appends events one after the other, and writes the reason of each to stdout once it is acknowledged.
// audit-child.ts HOME NAME COUNT SEGMENT_BYTES
import { writeSync } from 'node:fs'
import { eventOf, openLog } from '../audit/desk.ts'

const [home = '', name = '', count = '1', segmentBytes = '0'] = process.argv.slice(2)
const log = openLog(home, { segmentBytes: Number(segmentBytes) })

for (let n = 0; n < Number(count); n += 1) {
  const reason = `${name}:${n}`
  await log.append(eventOf(reason))
  // Synchronous: what is acknowledged is told before anything can kill.
  writeSync(1, `${reason}\n`)
}
