import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { CredentialRef } from '@mm-secrets/core'
import { credentialRef, loadSettings } from '@mm-secrets/core'
import { SecretProvider, nodeDeps, openSecrets } from '@mm-secrets/secrets'
import { compare } from './measure/compare.ts'
import { freshPair, inTemporaryFolder } from './measure/desk.ts'
import { benchOptions } from './measure/options.ts'
import type { Caller } from './measure/strict-server.ts'
import { startStrictServer } from './measure/strict-server.ts'
import type { Row } from './measure/table.ts'
import { formatReport } from './measure/table.ts'

/** An answer within a region takes some milliseconds, which loopback does not. */
const LATENCIES_MS = [0, 10]

const { rounds, credentials } = benchOptions({ rounds: 25, credentials: 50 }, process.argv.slice(2))

await inTemporaryFolder(async (folder) => {
  const server = await startStrictServer(folder)
  try {
    const variables = (caller: Caller) => ({
      ...server.variables(caller),
      MM_SECRETS_HOME: join(folder, 'mm-secrets'),
      SECRETS_BACKEND: 'aws',
    })
    await saveAll(variables('desk'))
    const coldReads = (caller: Caller) => async () => {
      const provider = new SecretProvider({ variables: variables(caller), env: 'dev' })
      const read = (_: unknown, number: number) =>
        provider.getCredential('dev', 'bybit', accountOf(number))
      await Promise.all(Array.from({ length: credentials }, read))
    }

    const rows: Row[] = []
    for (const latencyMs of LATENCIES_MS) {
      await server.hold(latencyMs)
      const comparison = await compare(
        { name: `${credentials} cold reads, in batches`, run: coldReads('desk') },
        { name: 'the same, batches denied', run: coldReads('bot') },
        { rounds, seconds: 15 },
      )
      rows.push({ comparison, remark: `each answer after ${latencyMs} ms` })
    }
    const batched = await server.requestsOf(coldReads('desk'))
    const single = await server.requestsOf(coldReads('bot'))
    const notes = [
      `In batches: ${JSON.stringify(batched)}`,
      `Batches denied: ${JSON.stringify(single)}`,
    ]
    process.stdout.write(formatReport('aws-provider', rows, notes))
  } finally {
    server.close()
  }
})

async function saveAll(env: Readonly<Record<string, string>>): Promise<void> {
  const settings = await loadSettings(env, process.platform, fs)
  const deps = nodeDeps({ face: 'library', env, warn: () => undefined })
  const secrets = openSecrets(settings, deps)
  for (let number = 0; number < credentials; number += 1) {
    await secrets.save(refOf(number), freshPair())
  }
}

function accountOf(number: number): string {
  return `account-${number}`
}

function refOf(number: number): CredentialRef {
  return credentialRef({ env: 'dev', exchange: 'bybit', account: accountOf(number) })
}
