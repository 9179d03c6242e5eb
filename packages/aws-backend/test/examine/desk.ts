import { randomUUID } from 'node:crypto'
import type { Clock, Environment, Finding, Instant, SecretName } from '@mm-secrets/core'
import { DEFAULT_NAMESPACE, awsSettings, newCall, systemClock } from '@mm-secrets/core'
import type { KnobSettings, RunningServer } from '@mm-secrets/secrets-manager-server'
import { parsePoliciesFile, startServer } from '@mm-secrets/secrets-manager-server'
import { expect, onTestFinished } from 'vitest'
import type { AwsExamination } from '../../src/examine/examine.ts'
import { examineAws } from '../../src/examine/examine.ts'
import { awsIdentity } from '../../src/identity.ts'
import { awsSecretStore } from '../../src/store/secret-store.ts'
import type { AwsOptions } from '../../src/options.ts'
import { REGION, call, nameOf, newId, newValue, optionsFor } from '../stores.ts'

export const ACCOUNT = '123456789012'
export const ROLE_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/trading-bot/i-7`

export type Statement = Readonly<Record<string, unknown>>

export function allow(actions: string | readonly string[], resource: string): Statement {
  const prefixed = [actions]
    .flat()
    .map((each) => (each.includes(':') ? each : `secretsmanager:${each}`))
  return { Effect: 'Allow', Action: prefixed, Resource: resource }
}

export interface Desk {
  readonly server: RunningServer
  /** Stores a secret with a value, as an administrator. */
  save(name: string, tags?: Readonly<Record<string, string>>): Promise<SecretName>
  /** The caller's own. */
  readonly options: AwsOptions
  /** All secrets as they are, but for when they were last touched. */
  snapshot(): unknown
  /** Names of the operations that the caller asked for since then, in order. */
  asked(): readonly string[]
  examine(env: Environment, changes?: Partial<AwsExamination>): Promise<readonly Finding[]>
}

/** A server on which `bot` may do what these statements allow. */
export async function deskWith(
  statements: readonly Statement[],
  options: {
    readonly knobs?: Partial<KnobSettings>
    readonly missingSecrets?: 'by-name' | 'denied'
    readonly clock?: Clock
  } = {},
): Promise<Desk> {
  const secretAccessKey = randomUUID()
  const policies = [{ Version: '2012-10-17', Statement: statements }]
  const file = {
    keys: [{ accessKeyId: 'bot', secretAccessKey, arn: ROLE_SESSION, policies }],
    ...(options.missingSecrets === undefined ? {} : { missingSecrets: options.missingSecrets }),
  }
  const server = await startServer({
    accessKeys: [{ accessKeyId: 'admin', secretAccessKey }],
    policies: parsePoliciesFile(JSON.stringify(file)),
    ...(options.knobs === undefined ? {} : { knobs: options.knobs }),
  })
  onTestFinished(() => server.close())
  const keys = (accessKeyId: string) => ({
    env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  })
  const admin = awsSecretStore(optionsFor(server.url, keys('admin')))
  const clock = options.clock ?? systemClock
  const bot = { ...optionsFor(server.url, keys('bot')), clock }
  return {
    server,
    options: bot,
    snapshot: () =>
      server.store
        .at({ accountId: ACCOUNT, region: REGION })
        .list({})
        .map(({ changedAt: _touched, ...secret }) => secret),
    async save(text, tags = {}) {
      const name = nameOf(text)
      await admin.create(name, tags, call())
      const labels = ['AWSCURRENT'] as const
      await admin.put(name, { id: newId(), value: newValue(), labels }, call())
      return name
    },
    asked: () =>
      server.events
        .events()
        .filter(({ caller }) => caller.accessKeyId === 'bot')
        .map(({ name }) => name),
    examine: async (env, changes = {}) => {
      const findings = await examineAws(
        {
          env,
          namespace: DEFAULT_NAMESPACE,
          settings: awsSettings({ environments: {}, profile: null, region: 'us-east-1' }, env),
          accountId: null,
          options: bot,
          identify: awsIdentity(bot),
          ...changes,
        },
        newCall(clock),
      )
      // Whatever is to be mended comes with its fix.
      expect(findings.filter(({ fix, level }) => level !== 'ok' && fix === null)).toEqual([])
      return findings
    },
  }
}

/** A clock that differs from that of the server. */
export function clockAhead(ms: number): Clock {
  return { now: (): Instant => Date.now() + ms, sleep: systemClock.sleep }
}

/** What is not fine, as one text for each finding. */
export function told(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ check, level, message }) => `${check} ${level}: ${message}`)
}

export function of(findings: readonly Finding[], check: string): readonly Finding[] {
  return findings.filter((finding) => finding.check === check)
}
