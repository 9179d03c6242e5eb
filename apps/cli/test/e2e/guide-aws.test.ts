import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { parsePoliciesFile, startServer } from '@mm-secrets/secrets-manager-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { makeHome } from './bundle.ts'
import { documentOf } from './document.ts'
import { bybitPair, masked } from './keys.ts'

type Variables = Readonly<Record<string, string>>

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

const BOT_ARN = 'arn:aws:iam::123456789012:user/bot'
const BOT: Variables = { AWS_ACCESS_KEY_ID: 'bot', AWS_SECRET_ACCESS_KEY: 'of-the-bot' }
const OWNER: Variables = { AWS_ACCESS_KEY_ID: 'owner', AWS_SECRET_ACCESS_KEY: 'of-the-owner' }

/** Whoever writes may do everything here; bots have the guide's policy, and no more. */
describe("the operations guide on AWS, under the guide's policy for reading", () => {
  let server: RunningServer
  let home: Home

  async function start(missingSecrets: 'by-name' | 'denied'): Promise<void> {
    const keys = [
      {
        accessKeyId: 'bot',
        secretAccessKey: 'of-the-bot',
        arn: BOT_ARN,
        policies: [READING],
      },
    ]
    server = await startServer({
      accessKeys: [{ accessKeyId: 'owner', secretAccessKey: 'of-the-owner' }],
      policies: parsePoliciesFile(JSON.stringify({ keys, missingSecrets })),
    })
  }
  beforeEach(async () => {
    home = makeHome()
    await start('by-name')
  })
  afterEach(() => server.close())

  /** A line as the guide writes it. */
  const line = (who: Variables, text: string, extra: Variables = {}) =>
    home.shell(text, {
      env: {
        SECRETS_BACKEND: 'aws',
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: server.url,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...who,
        ...extra,
      },
    })

  const save = (env: string, { key, secret }: ReturnType<typeof bybitPair>) =>
    line(
      OWNER,
      `mm save --env ${env} --exchange bybit --api-key "${key}" --api-secret "${secret}"`,
      { MM_ENV: env },
    )

  const fetched = ({ key, secret }: ReturnType<typeof bybitPair>, env: string) => ({
    api_key: masked(key),
    api_secret: masked(secret),
    env,
    exchange: 'bybit',
  })

  /** What alarms would go off at. */
  const denials = (): readonly string[] =>
    server.requests
      .all()
      .filter(
        ({ accessKeyId, error }) => accessKeyId === 'bot' && error === 'AccessDeniedException',
      )
      .map(({ operation }) => operation)

  test('initial setup: what was saved is listed by description and fetched masked', async () => {
    const pair = bybitPair()
    expect(documentOf(await save('prod', pair))).toMatchObject({ credential: 'prod/bybit' })

    const listed = await line(BOT, 'mm list', { MM_ENV: 'prod' })
    expect(documentOf(listed)).toMatchObject({
      credentials: [
        {
          credential: 'prod/bybit',
          names: ['mm-bot/prod/bybit/api_key', 'mm-bot/prod/bybit/api_secret'],
        },
      ],
    })
    expect(listed.stderr).toMatch(/^warning: .*ListSecrets.* accounts and copies .* missing\.\n$/)
    expect(denials()).toEqual(['ListSecrets'])

    server.requests.clear()
    const fetch = await line(BOT, 'mm fetch --env prod --exchange bybit', { MM_ENV: 'prod' })
    expect(documentOf(fetch)).toEqual(fetched(pair, 'prod'))
    expect(fetch.stderr).toBe('')
    expect(server.requests.counts()).toEqual({ GetSecretValue: 2 })
    expect(denials()).toEqual([])
  })

  test('standard rotation and emergency revocation: the bot fetches the new key', async () => {
    const [first, second, third] = [bybitPair(), bybitPair(), bybitPair()]
    await save('prod', first)
    const rotated = await line(
      OWNER,
      `mm rotate --env prod --exchange bybit --new-api-key "${second.key}" --new-api-secret "${second.secret}"`,
    )
    expect(documentOf(rotated)).toMatchObject({ action: 'rotate', credential: 'prod/bybit' })
    const look = async () => documentOf(await line(BOT, 'mm fetch --env prod --exchange bybit'))
    expect(await look()).toEqual(fetched(second, 'prod'))

    const half = (keyType: string, value: string) =>
      line(OWNER, `mm save --exchange bybit --env prod --key-type ${keyType} --value "${value}"`)
    expect(await half('api_key', third.key)).toMatchObject({ code: 0 })
    expect(await look()).toEqual(fetched(second, 'prod'))
    expect(await half('api_secret', third.secret)).toMatchObject({ code: 0 })
    expect(await look()).toEqual(fetched(third, 'prod'))
  })

  test('saving one key type after the other, and rotation by a copy with the suffix -new', async () => {
    const [old, fresh] = [bybitPair(), bybitPair()]
    const half = (keyType: string, value: string, more = '') =>
      line(
        OWNER,
        `mm save --exchange bybit --env shadow --key-type ${keyType} --value "${value}" ${more}`,
      )
    const look = (text = 'mm fetch --exchange bybit --env shadow') => line(BOT, text)
    await half('api_key', old.key)
    expect((await look()).stdout).toBe('')
    await half('api_secret', old.secret)
    expect(documentOf(await look())).toEqual(fetched(old, 'shadow'))

    await half('api_key', fresh.key, '--suffix "-new"')
    await half('api_secret', fresh.secret, '--suffix "-new"')
    expect(documentOf(await look())).toEqual(fetched(old, 'shadow'))
    const suffixed = 'MM_API_KEY_SUFFIX="-new" mm fetch --exchange bybit --env shadow'
    expect(documentOf(await look(suffixed))).toEqual(fetched(fresh, 'shadow'))
    await line(OWNER, 'mm rotate --exchange bybit --env shadow --from-suffix "-new"')
    expect(documentOf(await look())).toEqual(fetched(fresh, 'shadow'))
  })

  test('a bot writes nothing: each attempt is denied, and says what would have to be allowed', async () => {
    const [pair, other] = [bybitPair(), bybitPair()]
    await save('prod', pair)
    const attempts = [
      `mm save --env prod --exchange bybit --api-key ${other.key} --api-secret ${other.secret}`,
      `mm rotate --env prod --exchange bybit --new-api-key ${other.key} --new-api-secret ${other.secret}`,
      `mm save --env shadow --exchange bybit --api-key ${other.key} --api-secret ${other.secret}`,
    ]
    for (const attempt of attempts) {
      const outcome = await line(BOT, attempt)
      expect(outcome).toMatchObject({ code: 5, stdout: '' })
      expect(outcome.stderr).toMatch(/secretsmanager:(?:TagResource|PutSecretValue|CreateSecret)/)
      expect(outcome.stderr).not.toContain(other.secret)
    }
    const now = await line(OWNER, 'mm fetch --env prod --exchange bybit')
    expect(documentOf(now)).toEqual(fetched(pair, 'prod'))
    expect(await line(OWNER, 'mm fetch --env shadow --exchange bybit')).toMatchObject({ code: 4 })
  })

  test('"Secret not found": what is not there is not there, or may be missing or forbidden', async () => {
    await save('prod', bybitPair())
    const missing = 'mm fetch --env prod --exchange kucoin'
    const absent = await line(BOT, missing)
    expect(absent).toMatchObject({ code: 4, stdout: '' })
    expect(absent.stderr).toContain('AWS region and profile')

    await server.close()
    await start('denied')
    await save('prod', bybitPair())
    const denied = await line(BOT, missing)
    expect(denied).toMatchObject({ code: 5, stdout: '' })
    expect(denied.stderr).toMatch(
      /mm-bot\/prod\/kucoin\/\w+ in us-east-1 is missing, or .* forbidden/,
    )
    // An environment without any secret hides no other one.
    const listed = await line(BOT, 'mm list')
    expect(documentOf(listed)).toMatchObject({ credentials: [{ credential: 'prod/bybit' }] })
    expect(listed.stderr.split('\n').filter((each) => each !== '')).toEqual([
      expect.stringMatching(/^warning: Listing secrets is denied/) as string,
      'warning: Left out, for nothing is there or it is forbidden to look: dev, shadow, soak.',
    ])
  })

  test('monitoring: who reviews access sees the reads of the bot', async () => {
    await save('prod', bybitPair())
    await line(BOT, 'mm fetch --env prod --exchange bybit')
    const access = await line(OWNER, 'mm audit access --env prod --exchange bybit')
    expect(access.code, access.stderr).toBe(0)
    expect(access.stdout).toContain(BOT_ARN)
  })
})
