import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The strict Secrets Manager of this repository, in a process of its own so that it takes no time of ours. */
export interface StrictServer {
  /** What a client needs to reach it, for each of its callers. */
  readonly variables: (caller: Caller) => Readonly<Record<string, string>>
  /** Requests by operation while the work was done. */
  readonly requestsOf: (work: () => unknown) => Promise<Readonly<Record<string, number>>>
  /** How long every answer is held back. */
  readonly hold: (latencyMs: number) => Promise<void>
  readonly close: () => void
}

/** `desk` may do everything; `bot` reads secrets one by one, as under the policy of docs/aws.md. */
export type Caller = 'desk' | 'bot'

const MAIN = new URL('./main.ts', import.meta.resolve('@mm-secrets/secrets-manager-server'))
const REGION = 'us-east-1'
const READ = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret']

/** @param folder for the policies that its callers are held to */
export async function startStrictServer(folder: string): Promise<StrictServer> {
  const policies = join(folder, 'policies.json')
  writeFileSync(policies, JSON.stringify({ keys: [keyOf('desk', ['*']), keyOf('bot', READ)] }))
  const args = [fileURLToPath(MAIN), '--port', '0', '--policies', policies]
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const greeted = once(createInterface({ input: server.stdout }), 'line')
  const [first] = (await Promise.race([greeted, once(server, 'exit')])) as readonly unknown[]
  const url = /http:\S+/.exec(String(first))?.[0]
  if (url === undefined) throw new Error('The strict server did not start.')
  const knobs = async (change: object): Promise<Knobs> => {
    const reply = await fetch(`${url}/_knobs`, { method: 'POST', body: JSON.stringify(change) })
    if (!reply.ok) throw new Error(`The strict server refused its knobs: ${reply.status}.`)
    return (await reply.json()) as Knobs
  }
  return {
    variables: (caller) => ({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: caller,
      AWS_SECRET_ACCESS_KEY: caller,
    }),
    requestsOf: async (work) => {
      await knobs({ clearRequests: true })
      await work()
      return (await knobs({})).requests
    },
    hold: async (latencyMs) => {
      await knobs({ latencyMs })
    },
    close: () => {
      server.kill()
    },
  }
}

interface Knobs {
  readonly requests: Readonly<Record<string, number>>
}

function keyOf(caller: Caller, actions: readonly string[]) {
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' }
  const policies = [{ Version: '2012-10-17', Statement: [statement] }]
  return { accessKeyId: caller, secretAccessKey: caller, policies }
}
