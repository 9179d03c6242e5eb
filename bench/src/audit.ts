import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditEvent, AuditLog } from '@mm-secrets/core'
import { fileAuditLog, homeAuditKeys } from '@mm-secrets/core'
import { nodeDeps } from '@mm-secrets/secrets'
import { appendBare } from './measure/bare-files.ts'
import { compare } from './measure/compare.ts'
import { countedFs } from './measure/counted-fs.ts'
import { freshVersionId, inTemporaryFolder } from './measure/desk.ts'
import { benchOptions } from './measure/options.ts'
import { formatReport } from './measure/table.ts'

const AT_ONCE = 100

const { rounds } = benchOptions({ rounds: 100, credentials: 1 }, process.argv.slice(2))
const { fs, counts } = countedFs()

await inTemporaryFolder(async (home) => {
  const deps = { ...nodeDeps({ face: 'library', env: {}, warn: () => undefined }), fs }
  const event: AuditEvent = {
    at: deps.clock.now(),
    actor: deps.actor,
    caller: null,
    action: 'read',
    env: 'dev',
    credential: 'dev/bybit',
    versionId: freshVersionId(),
    fingerprint: null,
    outcome: 'done',
    code: null,
    reason: null,
    incident: null,
  }
  const keys = homeAuditKeys({ ...deps, home })
  const log: AuditLog = fileAuditLog({ ...deps, home, keys, knownHeads: () => Promise.resolve([]) })
  await log.append(event)
  const before = counts.syncs
  await log.append(event)
  const syncs = counts.syncs - before

  const bare = await open(join(home, 'bare.jsonl'), 'a', 0o600)
  try {
    // What a record adds to its event: sequence, key, HMAC.
    const line = Buffer.from(`${JSON.stringify(event).padEnd(480)}\n`)
    const peer = (lines: number) => ({
      name: lines === 1 ? 'write, fsync' : `write of ${lines} lines, fsync`,
      run: () => appendBare(bare, Buffer.concat(Array.from({ length: lines }, () => line))),
    })
    const one = await compare({ name: 'append', run: () => log.append(event) }, peer(1), { rounds })
    const many = await compare(
      {
        name: `${AT_ONCE} appends at once`,
        run: () => Promise.all(Array.from({ length: AT_ONCE }, () => log.append(event))),
      },
      peer(AT_ONCE),
      { rounds },
    )
    const rows = [{ comparison: one, remark: `${syncs} fsync` }, { comparison: many }]
    process.stdout.write(formatReport('audit', rows, []))
  } finally {
    await bare.close()
  }
})
