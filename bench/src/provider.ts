import type { Credential } from '@mm-secrets/core'
import { cachingProvider, credentialRef, systemClock } from '@mm-secrets/core'
import { SecretProvider } from '@mm-secrets/secrets'
import { compare } from './measure/compare.ts'
import { countedFs } from './measure/counted-fs.ts'
import { freshPair, inTemporaryFolder, openHome } from './measure/desk.ts'
import { benchOptions } from './measure/options.ts'
import { formatReport } from './measure/table.ts'

const READS = 20_000
const READERS = 1_000
/** More than one, and counted, or the engine would look up once and for all. */
const NAMES = Array.from({ length: 16 }, (_, n) => `dev/bybit@account-${n}`)

const { rounds } = benchOptions({ rounds: 50, credentials: 1 }, process.argv.slice(2))

await inTemporaryFolder(async (home) => {
  const ref = credentialRef({ env: 'dev', exchange: 'bybit' })
  await (await openHome(home)).save(ref, freshPair())

  const variables = { MM_SECRETS_HOME: home, SECRETS_BACKEND: 'file' }
  const provider = new SecretProvider({ variables, env: 'dev', cacheTtlSeconds: 3600 })
  const credential = await provider.getCredential('dev', 'bybit')
  const map = new Map<string, Credential>(NAMES.map((name) => [name, credential]))
  const lookUp = (read: number): Credential | undefined => map.get(NAMES[read % NAMES.length] ?? '')
  const lookUpLater = async (read: number): Promise<Credential | undefined> => lookUp(read)
  let found = 0

  const fromCache = {
    name: 'getCredential, cached',
    run: async () => {
      for (let read = 0; read < READS; read += 1) await provider.getCredential('dev', 'bybit')
    },
  }
  const options = { rounds, operations: READS, seconds: 12 }
  const besideLookup = await compare(
    fromCache,
    {
      name: 'Map lookup',
      run: () => {
        for (let read = 0; read < READS; read += 1) if (lookUp(read) === credential) found += 1
      },
    },
    options,
  )
  const besideAwait = await compare(
    fromCache,
    {
      name: 'await of a Map lookup',
      run: async () => {
        for (let read = 0; read < READS; read += 1) await lookUpLater(read)
      },
    },
    options,
  )

  if (found === 0) throw new Error('No lookup found anything.')

  const { fs, counts } = countedFs()
  const secrets = await openHome(home, { fs })
  const before = (await secrets.audit.head('dev'))?.sequence ?? 0
  const cold = cachingProvider(secrets, systemClock)
  await Promise.all(Array.from({ length: READERS }, () => cold.getCredential(ref)))
  const records = ((await secrets.audit.head('dev'))?.sequence ?? 0) - before

  const rows = [{ comparison: besideLookup }, { comparison: besideAwait }]
  const notes = [
    `${READERS} concurrent cold reads: ${counts.vaultReads} of the vault, ${records} audit record`,
  ]
  process.stdout.write(formatReport('provider', rows, notes))
})
