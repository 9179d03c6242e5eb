import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backend, Call, CredentialRef, Draft } from '@mm-secrets/core'
import { credentialRef, documentBackend, newCall, systemClock } from '@mm-secrets/core'
import { fileDocuments } from '@mm-secrets/core/file'
import { nodeDeps } from '@mm-secrets/secrets'
import { writeBare } from './measure/bare-files.ts'
import { compare } from './measure/compare.ts'
import { countedFs } from './measure/counted-fs.ts'
import { freshPair, freshVersionId, inTemporaryFolder, openHome } from './measure/desk.ts'
import { benchOptions } from './measure/options.ts'
import { formatReport } from './measure/table.ts'

const { rounds } = benchOptions({ rounds: 100, credentials: 1 }, process.argv.slice(2))
const { fs, counts } = countedFs()

await inTemporaryFolder(async (folder) => {
  const home = join(folder, 'backend')
  const bare = join(folder, 'bare')
  await mkdir(bare)
  const backend = fileBackend(home)
  await save(backend, refOf('first'))
  const vault = await newestVault(join(home, 'dev'))
  let files = 0
  const peer = {
    name: 'write, fsync, link, fsync',
    run: () => writeBare(bare, `${++files}`, vault),
  }

  const saves = await compare(
    { name: 'save a new credential', run: (round) => save(backend, refOf(`save${round + 1}`)) },
    peer,
    { rounds, seconds: 15 },
  )
  const saveSyncs = await syncsOf(() => save(backend, refOf('counted')))

  const rotated = refOf('first')
  const rotations = await compare(
    { name: 'rotate: pending, commit', run: () => rotate(backend, rotated) },
    peer,
    { rounds, seconds: 15 },
  )
  const rotateSyncs = await syncsOf(() => rotate(backend, rotated))

  const secrets = await openHome(join(folder, 'session'), { fs })
  const guarded = async (label: string): Promise<void> => {
    await secrets.save(refOf(label), freshPair())
  }
  const recorded = await compare(
    { name: 'save, guarded and recorded', run: (round) => guarded(`save${round + 1}`) },
    peer,
    { rounds, seconds: 15 },
  )
  const recordedSyncs = await syncsOf(() => guarded('counted'))

  const rows = [
    { comparison: saves, remark: `${saveSyncs} fsync` },
    { comparison: rotations, remark: `${rotateSyncs} fsync` },
    { comparison: recorded, remark: `${recordedSyncs} fsync` },
  ]
  const notes = [`The peer writes the ${vault.length} bytes of a small vault with 2 fsync.`]
  process.stdout.write(formatReport('vault-write', rows, notes))
})

function fileBackend(home: string): Backend {
  const env = { MM_SECRETS_HOME: home }
  const deps = { ...nodeDeps({ face: 'library', env, warn: () => undefined }), fs }
  const auditHead = (): Promise<null> => Promise.resolve(null)
  return documentBackend(fileDocuments({ ...deps, home, auditHead }), deps)
}

function refOf(account: string): CredentialRef {
  return credentialRef({ env: 'dev', exchange: 'bybit', account })
}

/** Nothing was there before, so that one write makes it live. */
async function save(backend: Backend, ref: CredentialRef): Promise<void> {
  await backend.putPending(ref, null, draft(), call())
}

async function rotate(backend: Backend, ref: CredentialRef): Promise<void> {
  const base = await backend.describe(ref, call())
  await backend.commit(ref, await backend.putPending(ref, base, draft(), call()), call())
}

function draft(): Draft {
  const metadata = {
    createdAt: systemClock.now(),
    fingerprints: {},
    site: null,
    expiresAt: null,
    exposedAt: null,
    revokedAt: null,
    copyOf: null,
  }
  return { versionId: freshVersionId(), values: freshPair(), metadata }
}

function call(): Call {
  return newCall(systemClock)
}

async function syncsOf(work: () => Promise<void>): Promise<number> {
  const before = counts.syncs
  await work()
  return counts.syncs - before
}

async function newestVault(folder: string): Promise<Buffer> {
  const names = await readdir(folder)
  const newest = names
    .filter((name) => name.endsWith('.age'))
    .sort()
    .at(-1)
  return readFile(join(folder, newest ?? ''))
}
