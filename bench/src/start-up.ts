import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cleanEnv, nodeVersions } from '@mm-secrets/vitest-config'
import { builtProgram } from './measure/built-program.ts'
import { compare } from './measure/compare.ts'
import { freshPair, inTemporaryFolder } from './measure/desk.ts'
import { benchOptions } from './measure/options.ts'
import type { Row } from './measure/table.ts'
import { formatReport } from './measure/table.ts'

const CREDENTIAL = ['--env', 'dev', '--exchange', 'bybit']

/** Commands with the most that each should take, in times of starting Node itself. */
const COMMANDS: readonly { readonly args: readonly string[]; readonly aim?: number }[] = [
  { args: ['--version'], aim: 1.4 },
  { args: ['fetch', ...CREDENTIAL], aim: 2 },
  { args: ['list'] },
]

const { rounds } = benchOptions({ rounds: 41, credentials: 1 }, process.argv.slice(2))

await inTemporaryFolder(async (home) => {
  const program = builtProgram(home)
  const env = cleanEnv({ HOME: home, MM_SECRETS_HOME: join(home, 'mm-secrets') })
  const run = (node: string, args: readonly string[], input = ''): void => {
    const { error, status, stderr } = spawnSync(node, args, { env, input, encoding: 'utf8' })
    if (error !== undefined) throw error
    if (status !== 0) throw new Error(`${args.join(' ')} exited ${status}: ${stderr}`)
  }
  const { api_key, api_secret } = freshPair()
  const pair = { api_key: api_key?.reveal(), api_secret: api_secret?.reveal() }
  run(process.execPath, [program, 'save', ...CREDENTIAL, '--value-stdin'], JSON.stringify(pair))

  const rows: Row[] = []
  for (const node of nodeVersions()) {
    for (const { args, aim } of COMMANDS) {
      const comparison = await compare(
        {
          name: `mm-secrets ${args[0] ?? ''}`,
          run: () => {
            run(node.path, [program, ...args])
          },
        },
        {
          name: 'node -e 0',
          run: () => {
            run(node.path, ['-e', '0'])
          },
        },
        { rounds, seconds: 9 },
      )
      rows.push({ comparison, remark: node.name, ...(aim === undefined ? {} : { aim }) })
    }
  }
  process.stdout.write(formatReport('start-up', rows, []))
})
