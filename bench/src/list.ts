import { join } from 'node:path'
import type { Secrets } from '@mm-secrets/core'
import { credentialRef, secretName, systemClock } from '@mm-secrets/core'
import { fileDocuments } from '@mm-secrets/core/file'
import { nodeDeps } from '@mm-secrets/secrets'
import { bareVault, plaintextOf } from './measure/bare-vault.ts'
import { compare } from './measure/compare.ts'
import { freshPair, inTemporaryFolder, openHome } from './measure/desk.ts'
import { benchOptions } from './measure/options.ts'
import { formatReport } from './measure/table.ts'

const { rounds, credentials } = benchOptions(
  { rounds: 25, credentials: 10_000 },
  process.argv.slice(2),
)

await inTemporaryFolder(async (folder) => {
  const home = join(folder, 'home')
  await (await openHome(home)).save(refOf(0), freshPair())
  await multiply(home)
  const plaintext = await plaintextOf(join(home, 'dev'))
  const openBare = await bareVault(join(folder, 'bare'), plaintext)
  const peer = { name: 'read, decrypt, JSON.parse', run: openBare }

  const cold = await compare(
    { name: 'list, opening the vault', run: async () => count(await openHome(home)) },
    peer,
    { rounds },
  )
  const opened = await openHome(home)
  const warm = await compare({ name: 'list again', run: () => count(opened) }, peer, { rounds })
  const notes = [
    `${credentials} credentials, ${(plaintext.length / 1e6).toFixed(1)} MB of JSON in the vault.`,
  ]
  process.stdout.write(formatReport('list', [{ comparison: cold }, { comparison: warm }], notes))
})

/** Puts as many copies of the one credential of a vault beside it, in one write. */
async function multiply(home: string): Promise<void> {
  const deps = nodeDeps({ face: 'library', env: {}, warn: () => undefined })
  const documents = fileDocuments({ ...deps, home, auditHead: () => Promise.resolve(null) })
  const call = { deadline: systemClock.now() + 60_000 }
  const found = await documents.read('dev', call)
  const stored = found?.document.credentials[secretName(refOf(0), 'api_key')]
  const names = Array.from({ length: credentials }, (_, n) => secretName(refOf(n), 'api_key'))
  const copies = Object.fromEntries(names.map((name) => [name, structuredClone(stored)]))
  await documents.replace('dev', { credentials: copies }, found?.revision ?? 0, call)
}

function refOf(number: number) {
  return credentialRef({ env: 'dev', exchange: 'bybit', account: `account-${number}` })
}

async function count(secrets: Secrets): Promise<void> {
  let listed = 0
  for await (const page of secrets.list({ env: 'dev' })) listed += page.length
  if (listed !== credentials) throw new Error(`${listed} of ${credentials} were listed.`)
}
