import { execFile } from 'node:child_process'
import type { RunningServer, ServerOptions } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { cleanEnv } from '@mm-secrets/vitest-config'
import { afterAll } from 'vitest'
import type { Home } from './bundle.ts'
import { makeFolder, makeHome } from './bundle.ts'

const REGION = 'eu-central-1'
/** What the test server knows where nothing else is said. */
const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }

type Variables = Readonly<Record<string, string>>

/** A Secrets Manager of its own, and machines that have access to it. */
export interface AwsDesk {
  readonly server: RunningServer
  /** Another machine each time. @param more over its environment */
  home(more?: Variables): Home
  /** The secrets by name, as they are now. */
  secrets(): ReadonlyMap<string, StoredSecret>
  /** What another tool does that puts a value as current, under this version id. */
  edit(name: string, versionId: string, value: string): void
}

interface StoredSecret {
  /** What is current; null: nothing is. */
  readonly current: string | null
  /** Of all versions that are kept. */
  readonly values: readonly string[]
  /** Which version carries each label. */
  readonly labels: ReadonlyMap<string, string>
  /** Everything about it but the values of its versions. */
  readonly metadata: string
  readonly deleted: boolean
}

/** It ends with the tests of the file. */
export async function openAwsDesk(options: ServerOptions = {}): Promise<AwsDesk> {
  const server = await startServer(options)
  afterAll(() => server.close())
  const place = () => server.store.at({ accountId: '123456789012', region: REGION })
  return {
    server,
    home: (more = {}) => makeHome(makeFolder(), { ...variables(server), ...more }),
    secrets() {
      const named = place()
        .list({})
        .map((secret) => {
          const { deletion, labels, tags, versions } = secret
          const id = labels.get('AWSCURRENT')
          const current = id === undefined ? null : (versions.get(id)?.value.string ?? null)
          const shown = { ...secret, labels: [...labels], tags: [...tags], versions: null }
          const stored: StoredSecret = {
            current,
            values: [...versions.values()].map(({ value }) => value.string ?? ''),
            labels,
            deleted: deletion !== null,
            metadata: JSON.stringify(shown),
          }
          return [secret.name, stored] as const
        })
      return new Map(named)
    },
    edit(name, versionId, string) {
      const secret = place().find(name)
      if (secret === null) throw new Error(`There is no ${name}.`)
      const createdAt = server.clock.now()
      const version = {
        id: versionId,
        value: { string, binary: null },
        createdAt,
        kmsKeyIds: [],
      }
      const before = secret.labels.get('AWSCURRENT')
      place().write({
        ...secret,
        versions: new Map([...secret.versions, [versionId, version]]),
        labels: new Map([
          ...secret.labels,
          ...(before === undefined ? [] : [['AWSPREVIOUS', before] as const]),
          ['AWSCURRENT', versionId],
        ]),
        changedAt: createdAt,
      })
    },
  }
}

function variables(server: RunningServer): Variables {
  return {
    SECRETS_BACKEND: 'aws',
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL: server.url,
    // Nobody answers there, and nobody is to be waited for.
    AWS_EC2_METADATA_DISABLED: 'true',
    ...KEYS,
  }
}

/** A client that knows nothing of pairs: `aws secretsmanager …`. @param path where the program is */
export async function awsCli(
  path: string,
  { server }: AwsDesk,
  args: readonly string[],
): Promise<string> {
  const env = cleanEnv({ HOME: makeFolder(), ...variables(server) })
  return new Promise((settle, fail) => {
    // The variable AWS_ENDPOINT_URL is younger than the CLI of some distributions.
    const options = ['--endpoint-url', server.url, '--region', REGION, '--output', 'json']
    const whole = ['secretsmanager', ...args, ...options]
    execFile(path, whole, { env }, (error, stdout, stderr) => {
      if (error === null) settle(stdout)
      else fail(new Error(stderr))
    })
  })
}
