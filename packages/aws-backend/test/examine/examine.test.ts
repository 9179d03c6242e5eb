import type { Finding } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { describe, expect, test } from 'vitest'
import type { Statement } from './desk.ts'
import { ACCOUNT, ROLE_SESSION, allow, clockAhead, deskWith, of, told } from './desk.ts'

const BOT = 'arn:aws:secretsmanager:*:*:secret:mm-bot/*'
/** The policy for reading as the operations guide has it: its ListSecrets grants nothing. */
const GUIDE: readonly Statement[] = [
  allow(['GetSecretValue', 'DescribeSecret', 'ListSecrets'], BOT),
]
const TRAIL = allow('cloudtrail:LookupEvents', '*')
const EVERYTHING: readonly Statement[] = [allow('*', '*'), TRAIL]
const KEY = 'mm-bot/shadow/bybit/api_key'
const SECRET = 'mm-bot/shadow/bybit/api_secret'

const VALUES = ['GetSecretValue', 'BatchGetSecretValue']
const WRITES = ['CreateSecret', 'UpdateSecretVersionStage', 'TagResource', 'UntagResource']

const one = (findings: readonly Finding[], check: string): Finding => {
  const [found, ...more] = of(findings, check)
  if (found === undefined || more.length > 0) {
    throw new Error(`Not one finding of ${check}: ${JSON.stringify(of(findings, check))}`)
  }
  return found
}

describe('a caller who may do everything', () => {
  test('is told that all is well', async () => {
    const desk = await deskWith(EVERYTHING)
    await desk.save(KEY)
    await desk.save(SECRET)
    const findings = await desk.examine('shadow')
    expect(told(findings)).toEqual(['endpoint note: Requests for AWS go to 127.0.0.1.'])
    expect(one(findings, 'identity').message).toBe(
      `In shadow we are ${ROLE_SESSION}, by AWS_ACCESS_KEY_ID.`,
    )
    expect(one(findings, 'region').message).toContain('shadow is in us-east-1')
    expect(one(findings, 'store').message).toBe(
      'Secrets Manager answers: 2 secrets of shadow in us-east-1.',
    )
    expect(one(findings, 'kms').message).toContain(KEY)
    expect(of(findings, 'permissions').map(({ message }) => message)).toEqual([
      'BatchGetSecretValue is allowed: many credentials are read at once.',
      'CreateSecret, UpdateSecretVersionStage, TagResource, UntagResource are allowed in shadow. ' +
        'PutSecretValue, DeleteSecret, RestoreSecret were not tried: no request for them is surely harmless.',
    ])
  })

  test('sees nothing changed by it: no version, label, tag or secret', async () => {
    const desk = await deskWith(EVERYTHING)
    await desk.save(KEY, { team: 'mm' })
    const before = desk.snapshot()
    await desk.examine('shadow')
    expect(WRITES.every((operation) => desk.asked().includes(operation))).toBe(true)
    expect(desk.snapshot()).toEqual(before)
  })
})

describe('in prod', () => {
  test('no value is asked for and no write is tried, and that is said', async () => {
    const desk = await deskWith(EVERYTHING)
    await desk.save('mm-bot/prod/bybit/api_key')
    const findings = await desk.examine('prod')
    const asked = new Set(desk.asked())
    for (const operation of [...VALUES, ...WRITES, 'PutSecretValue']) {
      expect(asked).not.toContain(operation)
    }
    expect(asked).toContain('ListSecretVersionIds')
    const untried = one(findings, 'permissions')
    expect(untried).toMatchObject({ level: 'note' })
    expect(untried.message).toContain('were not tried')
    expect(untried.fix).toContain(
      `--policy-source-arn arn:aws:iam::${ACCOUNT}:role/trading-bot --action-names secretsmanager:GetSecretValue`,
    )
    expect(untried.fix).toContain(
      `--resource-arns 'arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:mm-bot/prod/*'`,
    )
  })

  test('a missing account_id is worth a note, and only there', async () => {
    const desk = await deskWith(EVERYTHING)
    const [finding] = of(await desk.examine('prod'), 'account')
    expect(finding).toMatchObject({ level: 'note' })
    expect(finding?.fix).toContain(`"account_id": "${ACCOUNT}"`)
    expect(of(await desk.examine('shadow'), 'account')).toEqual([])
    expect(of(await desk.examine('prod', { accountId: ACCOUNT }), 'account')).toEqual([])
  })
})

describe("under the guide's policy for reading", () => {
  test.each(['by-name', 'denied'] as const)(
    'conventional names are described in place of a listing, where AWS calls a missing name %s',
    async (missingSecrets) => {
      const desk = await deskWith(GUIDE, { missingSecrets })
      await desk.save(KEY)
      const findings = await desk.examine('shadow')
      expect(one(findings, 'listing')).toMatchObject({ level: 'note' })
      expect(one(findings, 'listing').fix).toContain('on Resource "*"')
      expect(one(findings, 'store')).toMatchObject({
        level: 'ok',
        message: 'Secrets Manager answers: 1 secret of shadow in us-east-1.',
      })
    },
  )

  test('a bot may read and not write, which is a note; so are dates and the trail', async () => {
    const desk = await deskWith(GUIDE)
    await desk.save(KEY)
    const findings = await desk.examine('shadow')
    expect(findings.filter(({ level }) => level === 'warning' || level === 'error')).toEqual([])
    const notes = of(findings, 'permissions').filter(({ level }) => level === 'note')
    expect(notes.map(({ message }) => message)).toEqual([
      'ListSecretVersionIds is denied in shadow: the age of a version that another tool wrote is unknown.',
      'In shadow this caller may read and not write: save and rotate are refused.',
    ])
    expect(notes[1]?.fix).toContain(
      `secretsmanager:PutSecretValue, secretsmanager:DeleteSecret, secretsmanager:RestoreSecret on arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:mm-bot/shadow/*`,
    )
    expect(one(findings, 'cloudtrail')).toMatchObject({ level: 'note' })
    expect(one(findings, 'cloudtrail').fix).toContain('cloudtrail:LookupEvents')
  })

  test('nothing at all is a warning where missing reads as forbidden, for nobody can tell', async () => {
    const desk = await deskWith(GUIDE, { missingSecrets: 'denied' })
    expect(one(await desk.examine('shadow'), 'store')).toMatchObject({ level: 'warning' })
    const open = await deskWith(GUIDE)
    expect(one(await open.examine('shadow'), 'store')).toMatchObject({
      level: 'ok',
      message: 'Nothing is stored in shadow yet.',
    })
  })
})

describe('permissions', () => {
  test('for a part of what a write needs are a warning, for it would stop part way', async () => {
    const some = allow(['CreateSecret', 'UpdateSecretVersionStage'], BOT)
    const desk = await deskWith([...GUIDE, some])
    await desk.save(KEY)
    const found = of(await desk.examine('shadow'), 'permissions')
    expect(found.filter(({ level }) => level === 'warning').map(({ message }) => message)).toEqual([
      'In shadow TagResource, UntagResource are denied, and other writes are not: save and rotate may stop part way.',
    ])
  })

  test('to read a value are missed as an error that names the secret', async () => {
    const desk = await deskWith([allow('DescribeSecret', BOT), allow('ListSecrets', '*')])
    await desk.save(KEY)
    const [error] = (await desk.examine('shadow')).filter(({ level }) => level === 'error')
    expect(error).toMatchObject({ check: 'permissions' })
    expect(error?.message).toContain(`GetSecretValue`)
    expect(error?.message).toContain(KEY)
  })

  test.each(['denied', 'failing'] as const)(
    'on the KMS key that are %s are told apart',
    async (kms) => {
      const desk = await deskWith(EVERYTHING)
      await desk.save(KEY)
      desk.server.knobs.set({ kms })
      expect(one(await desk.examine('shadow'), 'kms')).toMatchObject({ level: 'error' })
      expect(one(await desk.examine('shadow'), 'kms').fix).toContain('kms:Decrypt')
    },
  )

  test('are not tried on a secret that is deleted or none of ours', async () => {
    const desk = await deskWith(EVERYTHING)
    await desk.save('mm-bot/shadow/notes')
    const findings = await desk.examine('shadow')
    expect(of(findings, 'permissions')).toEqual([])
    expect(desk.asked()).not.toContain('GetSecretValue')
  })
})

describe('the caller', () => {
  test('of another account than config.json names is an error, and no secret is asked for', async () => {
    const desk = await deskWith(EVERYTHING)
    await desk.save(KEY)
    const findings = await desk.examine('shadow', { accountId: '999999999999' })
    expect(findings).toMatchObject([{ check: 'store', level: 'error' }])
    expect(findings[0]?.message).toContain('another account than 999999999999')
    expect(desk.asked()).toEqual(['GetCallerIdentity'])
  })

  test('whose credentials are wrong is told so once', async () => {
    const desk = await deskWith(EVERYTHING)
    const refusal = new SecretsError('STORE_CREDENTIALS', 'Expired.', { hint: 'Log in.' })
    const findings = await desk.examine('shadow', { identify: () => Promise.reject(refusal) })
    expect(findings).toEqual([
      { check: 'store', level: 'error', message: 'Expired.', fix: 'Log in.' },
    ])
    expect(desk.asked()).toEqual([])
  })

  test('may be unknown where the network lets nobody out to STS', async () => {
    const desk = await deskWith(EVERYTHING)
    await desk.save(KEY)
    const refusal = new SecretsError('UNAVAILABLE', 'No answer.', { hint: 'Wait.' })
    const findings = await desk.examine('shadow', { identify: () => Promise.reject(refusal) })
    expect(one(findings, 'identity')).toMatchObject({ level: 'warning', message: 'No answer.' })
    expect(one(findings, 'store')).toMatchObject({ level: 'ok' })
  })
})

describe('region and profile', () => {
  const SETTINGS = {
    region: 'us-east-1',
    regionFrom: 'config.json',
    profile: 'desk',
    profileFrom: 'config.json',
    kmsKey: null,
    tags: {},
  } as const

  test('of config.json are told where a variable says otherwise', async () => {
    const desk = await deskWith(EVERYTHING)
    const env = { ...desk.options.env, AWS_REGION: 'eu-west-1', AWS_PROFILE: 'daily' }
    const findings = await desk.examine('shadow', {
      settings: SETTINGS,
      options: { ...desk.options, env },
    })
    expect(of(findings, 'region').map(({ level }) => level)).toEqual(['ok', 'note'])
    expect(of(findings, 'region')[1]?.message).toContain('where us-east-1 counts')
    expect(one(findings, 'profile').message).toContain('where desk counts')
  })
})

describe('the clock of this machine', () => {
  test.each([
    [110_000, 'warning', '2 minutes ahead of'],
    [-70_000, 'warning', '1 minute behind'],
    [6 * 60_000, 'error', '6 minutes ahead of'],
    [-11 * 60_000, 'error', '11 minutes behind'],
    [20_000, 'ok', 'agrees'],
  ])('that is %d ms off is judged', async (ms, level, words) => {
    const desk = await deskWith(EVERYTHING, { clock: clockAhead(ms) })
    const finding = one(await desk.examine('dev'), 'clock')
    expect(finding).toMatchObject({ level })
    expect(finding.message).toContain(words)
  })

  test('that makes AWS refuse every signature is told with the minutes', async () => {
    const desk = await deskWith(EVERYTHING, { knobs: { signatureSkewMs: 10 * 60_000 } })
    const findings = await desk.examine('dev')
    expect(findings).toMatchObject([{ check: 'store', level: 'error' }])
    expect(findings[0]?.message).toContain('10 minutes behind')
  })
})

describe('CloudTrail', () => {
  /** Time that passes where it is waited for. */
  function hastyClock() {
    let waited = 0
    return {
      now: () => Date.now() + waited,
      sleep: (ms: number) => {
        waited += ms
        return Promise.resolve()
      },
      waited: () => waited,
    }
  }

  test('that fails for long is not waited for long, and does not hide the store', async () => {
    const clock = hastyClock()
    const next = [{ fault: 'error', operation: 'LookupEvents', times: 1_000 }] as const
    const desk = await deskWith(EVERYTHING, { clock, knobs: { next } })
    await desk.save(KEY)
    const findings = await desk.examine('shadow')
    expect(one(findings, 'store')).toMatchObject({ level: 'ok' })
    expect(one(findings, 'cloudtrail')).toMatchObject({ level: 'note' })
    expect(clock.waited()).toBeLessThan(10_000)
  })
})

test('a store that does not answer is told once, and as what it is', async () => {
  const gone = await startServer()
  await gone.close()
  const { examine, options } = await deskWith(EVERYTHING)
  const env = { ...options.env, AWS_ENDPOINT_URL_SECRETS_MANAGER: gone.url }
  const findings = await examine('dev', { options: { ...options, env } })
  expect(findings.filter(({ level }) => level === 'error')).toMatchObject([{ check: 'store' }])
})
