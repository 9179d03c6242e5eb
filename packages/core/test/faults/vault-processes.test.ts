import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { CredentialRef } from '../../src/credential/name.ts'
import { credentialRef } from '../../src/credential/name.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { memberFingerprints } from '../../src/credential/credential.ts'
import { newMetadata } from '../../src/credential/metadata.ts'
import type { VersionId } from '../../src/credential/version.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { documentBackend } from '../../src/backend/document/document-backend.ts'
import type { Backend } from '../../src/backend/port.ts'
import type { Call } from '../../src/runtime/call.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { addMark, marksIn } from './marks.ts'
import { acknowledgedIn, inFolder, makeHome, openVaults, saying, startChild } from './vault-home.ts'

const PROCESSES = 8
const WRITES_EACH = 25
const WRITERS = 32
const WRITES_OF_WRITER = 20
const ROTATIONS = 200
const READERS = 2

const call = (): Call => ({ deadline: systemClock.now() + 300_000 })

describe('at the same time', () => {
  test(`${PROCESSES} processes write ${WRITES_EACH} times each on one vault: every write is found`, async () => {
    await inFolder(async (folder) => {
      const home = `${folder}/home`
      await makeHome(home, 0)
      const running = Array.from({ length: PROCESSES }, (_, index) =>
        startChild(['write', home, `p${index}`, String(WRITES_EACH)]),
      )
      const ended = await Promise.all(running.map((one) => one.ended))
      const acknowledged = ended.flatMap(({ stdout }) => acknowledgedIn(stdout))
      expect(ended.map(({ stderr }) => stderr).join('')).toBe('')
      expect(acknowledged).toHaveLength(PROCESSES * WRITES_EACH)
      expect([...(await marksIn(openVaults(home)))].sort()).toEqual([...acknowledged].sort())
    })
  }, 120_000)

  test(`${WRITERS} writers in one process write ${WRITES_OF_WRITER} times each: every write is found`, async () => {
    await inFolder(async (folder) => {
      const backend = backendOf(`${folder}/home`)
      const writers = Array.from({ length: WRITERS }, async (_, index) => {
        const ref = credentialRef({ env: 'dev', exchange: 'bybit', account: `desk${index}` })
        let last: VersionId | null = null
        for (let count = 0; count < WRITES_OF_WRITER / 2; count += 1)
          last = await save(backend, ref)
        return { ref, last }
      })
      const written = await Promise.all(writers)
      const anew = backendOf(`${folder}/home`)
      for (const { ref, last } of written) {
        const found = await anew.read(ref, { stage: 'AWSCURRENT' }, call())
        expect(found?.versionId).toBe(last)
      }
    })
  }, 120_000)

  test('writers that open the vault on their own, in one process, lose nothing either', async () => {
    await inFolder(async (folder) => {
      const home = `${folder}/home`
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        const documents = openVaults(home)
        for (let count = 0; count < 10; count += 1) await addMark(documents, `${writer}-${count}`)
      })
      await Promise.all(writers)
      expect((await marksIn(openVaults(home))).size).toBe(80)
    })
  }, 60_000)

  test(`readers in other processes never see a mixed pair during ${ROTATIONS} rotations`, async () => {
    await inFolder(async (folder) => {
      const home = `${folder}/home`
      const ref = credentialRef({ env: 'dev', exchange: 'bybit' })
      const backend = backendOf(home)
      await save(backend, ref)
      const readers = Array.from({ length: READERS }, () => startChild(['read', home]))
      await Promise.all(readers.map((reader) => saying(reader, 'ready')))
      for (let count = 0; count < ROTATIONS; count += 1) await save(backend, ref)
      await fs.writeFile(`${home}/stop`, '')
      for (const { stdout, stderr } of await Promise.all(readers.map((one) => one.ended))) {
        expect(stderr).toBe('')
        expect(stdout).not.toContain('MIXED')
        expect(Number(/^read (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(ROTATIONS)
      }
    })
  }, 120_000)
})

function backendOf(home: string): Backend {
  return documentBackend(openVaults(home), { clock: systemClock })
}

/** Two writes: one pending, one that makes it current. The secret is made from the key, so that a reader can tell. */
async function save(backend: Backend, ref: CredentialRef): Promise<VersionId> {
  const versionId = mintVersionId(randomBytes)
  const key = randomBytes(9).toString('hex')
  const secret = key.split('').reverse().join('').repeat(2)
  const values = { api_key: new Redacted(key), api_secret: new Redacted(secret) }
  const fingerprints = memberFingerprints(ref.exchange, values)
  const metadata = { ...newMetadata(systemClock.now()), fingerprints }
  const base = await backend.describe(ref, call())
  const pending = await backend.putPending(ref, base, { versionId, values, metadata }, call())
  await backend.commit(ref, pending, call())
  return versionId
}
