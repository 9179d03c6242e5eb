import { randomUUID } from 'node:crypto'
import type {
  Backend,
  Call,
  CredentialRef,
  Env,
  Layout,
  Members,
  VersionId,
} from '@mm-secrets/core'
import { DEFAULT_NAMESPACE, credentialRef, pairedBackend, systemClock } from '@mm-secrets/core'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { parsePoliciesFile, startServer } from '@mm-secrets/secrets-manager-server'
import { awsSecretStore } from '../../src/index.ts'
import { call, newValue, optionsFor } from '../stores.ts'

/** The policy of the operations guide, "Prerequisites", letter by letter. */
const READING = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'secretsmanager:GetSecretValue',
        'secretsmanager:DescribeSecret',
        'secretsmanager:ListSecrets',
      ],
      Resource: 'arn:aws:secretsmanager:*:*:secret:mm-bot/*',
    },
  ],
}

export const BOT: Env = { AWS_ACCESS_KEY_ID: 'bot', AWS_SECRET_ACCESS_KEY: 'of-the-bot' }
export const OWNER: Env = { AWS_ACCESS_KEY_ID: 'owner', AWS_SECRET_ACCESS_KEY: 'of-the-owner' }

/** What a missing secret reads as under a pattern of resources: AWS documents neither. */
export type Missing = 'by-name' | 'denied'

export interface GuideServer {
  readonly server: RunningServer
  /** May do everything. */
  readonly owner: Backend
  /** May do what the guide's policy allows. */
  readonly bot: Backend
  /** What the bot's backend said meanwhile. */
  readonly warnings: string[]
}

export async function startGuideServer(missingSecrets: Missing): Promise<GuideServer> {
  const server = await startServer({
    accessKeys: [{ accessKeyId: 'owner', secretAccessKey: 'of-the-owner' }],
    policies: parsePoliciesFile(
      JSON.stringify({
        keys: [
          {
            accessKeyId: 'bot',
            secretAccessKey: 'of-the-bot',
            arn: 'arn:aws:sts::123456789012:assumed-role/mm-bot/i-1',
            policies: [READING],
          },
        ],
        missingSecrets,
      }),
    ),
  })
  const warnings: string[] = []
  const backend = (env: Env, warn: (line: string) => void): Backend =>
    pairedBackend(awsSecretStore(optionsFor(server.url, { env })), { clock: systemClock, warn })
  return {
    server,
    owner: backend(OWNER, () => undefined),
    bot: backend(BOT, (line) => warnings.push(line)),
    warnings,
  }
}

export function ref(env: CredentialRef['env'], exchange: CredentialRef['exchange']): CredentialRef {
  return credentialRef({ namespace: DEFAULT_NAMESPACE, env, exchange })
}

export function newMembers({ exchange }: CredentialRef): Members {
  return {
    api_key: newValue(18),
    api_secret: newValue(),
    ...(exchange === 'kucoin' && { api_passphrase: newValue(12) }),
  }
}

/** Saved as a workflow does: described, put, committed. */
export async function save(
  backend: Backend,
  of: CredentialRef,
  values: Members,
  layout: Layout = 'pair',
  within: Call = call(),
): Promise<VersionId> {
  const base = await backend.describe(of, within)
  const versionId = randomUUID() as VersionId
  const metadata = {
    createdAt: systemClock.now(),
    fingerprints: {},
    site: null,
    expiresAt: null,
    exposedAt: null,
    revokedAt: null,
    copyOf: null,
  }
  const draft = { versionId, values, metadata, layout }
  const pending = await backend.putPending(of, base, draft, within)
  await backend.commit(of, pending, within)
  return versionId
}
