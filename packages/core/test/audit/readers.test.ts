import { describe, expect, test } from 'vitest'
import type { AccessEvent } from '../../src/audit/access-trail.ts'
import type { AuditEvent } from '../../src/audit/event.ts'
import { readersInHome, readersInStore } from '../../src/audit/readers.ts'
import type { SecretName } from '../../src/credential/name.ts'
import { credentialRef } from '../../src/credential/name.ts'

const PROD = credentialRef({ env: 'prod', exchange: 'bybit' })
const MINUTE = 60_000
const ROLE = 'arn:aws:iam::123456789012:role/trading-bot'

function access(at: number, more: Partial<AccessEvent> = {}): AccessEvent {
  return {
    id: String(at),
    at,
    action: 'GetSecretValue',
    secret: 'mm-bot/prod/bybit/api_key' as SecretName,
    principal: ROLE,
    user: 'i-0123456789',
    federatedBy: null,
    sourceIp: '192.0.2.7',
    errorCode: null,
    ...more,
  }
}

async function* records(
  events: readonly Partial<AuditEvent>[],
): AsyncGenerator<AuditEvent, void, undefined> {
  for (const event of events) {
    yield await Promise.resolve({
      at: 0,
      actor: { face: 'cli', user: 'ada', host: 'desk' },
      caller: null,
      action: 'read',
      env: 'prod',
      credential: 'prod/bybit',
      versionId: null,
      fingerprint: null,
      outcome: 'done',
      code: null,
      reason: null,
      incident: null,
      ...event,
    })
  }
}

describe('readers by the log of this home', () => {
  test('are counted by person and machine, the most recent last', async () => {
    const bot = { face: 'library', user: 'bot', host: 'vm-1' } as const
    const found = records([
      { at: 10, actor: bot },
      { at: 20 },
      { at: 30, action: 'reveal' },
      { at: 40, outcome: 'failed' },
      { at: 50, actor: bot, outcome: 'break-glass' },
    ])
    expect(await readersInHome(found, PROD, 0)).toMatchObject([
      { seenBy: 'home', who: 'ada@desk', reads: 2, refused: 1, first: 20, last: 40 },
      { seenBy: 'home', who: 'bot@vm-1', reads: 2, refused: 0, first: 10, last: 50 },
    ])
  })

  test('are those of this credential, since then, who read', async () => {
    const found = records([
      { at: 9 },
      { at: 20, credential: 'prod/bybit@hedge' },
      { at: 20, action: 'save' },
      { at: 20, credential: null, action: 'note' },
      { at: 10 },
    ])
    expect(await readersInHome(found, PROD, 10)).toMatchObject([{ reads: 1, first: 10, last: 10 }])
  })

  test('are told apart by the AWS identity that they had', async () => {
    const found = records([{ caller: ROLE }, { caller: null }, { caller: ROLE }])
    expect(
      (await readersInHome(found, PROD, 0)).map(({ caller, reads }) => [caller, reads]),
    ).toEqual([
      [ROLE, 2],
      [null, 1],
    ])
  })
})

describe('readers by the log of the store', () => {
  test('are counted by role, whatever its sessions are called', () => {
    const events = [
      access(1),
      access(2, { user: 'i-9876' }),
      access(3, { errorCode: 'AccessDenied' }),
    ]
    expect(readersInStore(events, 'prod')).toEqual([
      {
        seenBy: 'store',
        who: ROLE,
        caller: null,
        reads: 2,
        refused: 1,
        first: 1,
        last: 3,
        unusual: [],
      },
    ])
  })

  test('are only those who asked for a value', () => {
    expect(readersInStore([access(1, { action: 'DescribeSecret' })], 'prod')).toEqual([])
  })

  test('may be unknown', () => {
    expect(readersInStore([access(1, { principal: null })], 'prod')).toMatchObject([{ who: null }])
  })
})

describe('more than 100 reads within an hour', () => {
  const every = (ms: number, count: number) =>
    Array.from({ length: count }, (_, index) => access(index * ms))

  test('are unusual, whenever the hour begins', () => {
    const late = every(MINUTE / 2, 101).map((event) => ({ ...event, at: event.at + 31 * MINUTE }))
    expect(readersInStore(late, 'dev')).toMatchObject([{ unusual: ['frequent'] }])
  })

  test('are not the same number over a longer time', () => {
    expect(readersInStore(every(MINUTE / 2, 100), 'dev')).toMatchObject([{ unusual: [] }])
    expect(readersInStore(every(MINUTE, 1_000), 'dev')).toMatchObject([{ unusual: [] }])
  })

  test('are counted for each secret: a bot that reads a pair each minute is usual', () => {
    const pair = every(MINUTE, 600).flatMap((event) => [
      event,
      { ...event, id: `${event.id} secret`, secret: 'mm-bot/prod/bybit/api_secret' as SecretName },
    ])
    expect(readersInStore(pair, 'dev')).toMatchObject([{ reads: 1_200, unusual: [] }])
  })

  test('are counted in order of time, in whatever order they come', () => {
    const shuffled = [...every(MINUTE / 2, 101)].reverse()
    expect(readersInStore(shuffled, 'dev')).toMatchObject([
      { unusual: ['frequent'], first: 0, last: 50 * MINUTE },
    ])
  })
})

describe('a build server', () => {
  const role = (name: string) => ({ principal: `arn:aws:iam::123456789012:role/${name}` })
  const CI: readonly Partial<AccessEvent>[] = [
    role('GitHubActions-Shadow'),
    role('service/ci-deploy'),
    role('JenkinsAgents'),
    { user: 'GitHubActions' },
    { federatedBy: 'token.actions.githubusercontent.com' },
    { federatedBy: 'arn:aws:iam::123456789012:oidc-provider/gitlab.example.com' },
  ]

  test.each(CI)('is unusual in prod, and nowhere else: %j', (more) => {
    expect(readersInStore([access(1, more)], 'prod')).toMatchObject([{ unusual: ['ci'] }])
    expect(readersInStore([access(1, more)], 'shadow')).toMatchObject([{ unusual: [] }])
  })

  test.each(['decision-engine', 'pricing', 'cicada', 'specialist'])(
    'is not what is called %s',
    (name) => {
      expect(readersInStore([access(1, role(name))], 'prod')).toMatchObject([{ unusual: [] }])
    },
  )
})
