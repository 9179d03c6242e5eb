import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cleanEnv, realPart } from '@mm-secrets/vitest-config'
import { builtProgram } from './measure/built-program.ts'
import { compare } from './measure/compare.ts'
import { freshPair, inTemporaryFolder } from './measure/desk.ts'
import { benchOptions } from './measure/options.ts'
import { startStrictServer } from './measure/strict-server.ts'
import type { Row } from './measure/table.ts'
import { formatReport } from './measure/table.ts'

const CREDENTIAL = ['--env', 'dev', '--exchange', 'bybit']
const SECRETS = ['mm-bot/dev/bybit/api_key', 'mm-bot/dev/bybit/api_secret']

/** What boto3 needs to read both, in one process. */
const BOTO3 = `
import boto3
client = boto3.client('secretsmanager')
for name in ${JSON.stringify(SECRETS)}:
    client.get_secret_value(SecretId=name, VersionStage='AWSCURRENT')
`

const { rounds } = benchOptions({ rounds: 31, credentials: 1 }, process.argv.slice(2))

await inTemporaryFolder(async (folder) => {
  const server = await startStrictServer(folder)
  try {
    const program = builtProgram(folder)
    const env = cleanEnv({
      HOME: folder,
      MM_SECRETS_HOME: join(folder, 'mm-secrets'),
      SECRETS_BACKEND: 'aws',
      ...server.variables('desk'),
    })
    const run = (command: string, args: readonly string[], input = ''): void => {
      const { error, status, stderr } = spawnSync(command, args, { env, input, encoding: 'utf8' })
      if (error !== undefined) throw error
      if (status !== 0) throw new Error(`${args.join(' ')} exited ${status}: ${stderr}`)
    }
    const ours = (args: readonly string[], input?: string): void => {
      run(process.execPath, [program, ...args], input)
    }
    const { api_key, api_secret } = freshPair()
    const pair = { api_key: api_key?.reveal(), api_secret: api_secret?.reveal() }
    ours(['save', ...CREDENTIAL, '--value-stdin'], JSON.stringify(pair))
    const fetch = {
      name: 'mm-secrets fetch, aws',
      run: () => {
        ours(['fetch', ...CREDENTIAL])
      },
    }

    const notes: string[] = []
    const rows: Row[] = []
    const beside = async (name: string, peer: () => void): Promise<void> => {
      const requests = total(await server.requestsOf(peer))
      const comparison = await compare(fetch, { name, run: peer }, { rounds, seconds: 20 })
      rows.push({ comparison, remark: requests === 0 ? '' : `its requests: ${requests}` })
    }
    await beside('node -e 0', () => {
      run(process.execPath, ['-e', '0'])
    })
    const aws = behindShim('aws')
    if (aws === null) notes.push('The aws CLI is not installed, so nothing stands beside it.')
    else {
      await beside('aws get-secret-value, twice', () => {
        for (const name of SECRETS) {
          run(aws, ['secretsmanager', 'get-secret-value', '--secret-id', name])
        }
      })
    }
    const python = realPart('boto3')
    if (python === null) notes.push('boto3 is not installed, so nothing stands beside it.')
    else {
      const real = pythonItself(python)
      await beside('python3, boto3, both', () => {
        run(real, ['-c', BOTO3])
      })
    }
    const counted = await server.requestsOf(fetch.run)
    notes.unshift(`A fetch is ${total(counted)} requests: ${JSON.stringify(counted)}`)
    process.stdout.write(formatReport('aws-fetch', rows, notes))
  } finally {
    server.close()
  }
})

function total(requests: Readonly<Record<string, number>>): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0)
}

/** What pyenv puts on PATH is a script that looks for the program first, which is not what is measured. */
function behindShim(name: 'aws'): string | null {
  const found = realPart(name)
  if (found === null) return null
  const python = realPart('boto3')
  const beside = python === null ? '' : join(dirname(pythonItself(python)), name)
  return found.includes('shims') && existsSync(beside) ? beside : found
}

function pythonItself(python: string): string {
  const asked = spawnSync(python, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' })
  return asked.stdout.trim()
}
