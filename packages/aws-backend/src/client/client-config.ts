import type { Env } from '@mm-secrets/core'
import type { AwsOptions } from '../options.ts'
import type { SdkLogger } from './credential-search.ts'
import type { Credentials } from './persist.ts'

/** As the variables of endpoints spell it: AWS_ENDPOINT_URL_SECRETS_MANAGER. */
export type ServiceVariable = 'SECRETS_MANAGER' | 'STS' | 'CLOUDTRAIL'

/** What one attempt may take before its connection stands; after this, nothing was sent. */
const CONNECTION_MS = 2000

/** Longer than any attempt of ours: a stop for what the limit of the attempt does not reach. */
const LONGEST_REQUEST_MS = 15_000

/** What every client of the SDK is made with; nothing that matters is left to a default of the SDK or a variable. */
export interface ClientConfig {
  readonly region?: string
  readonly profile?: string
  readonly endpoint?: string
  readonly ignoreConfiguredEndpointUrls?: true
  readonly credentials?: Credentials | (() => Promise<Credentials>)
  readonly customUserAgent: 'mm-secrets'
  readonly maxAttempts: 1
  readonly retryMode: 'standard'
  readonly disableClockSkewCorrection: true
  readonly logger: SdkLogger
  readonly requestHandler: {
    readonly connectionTimeout: number
    readonly requestTimeout: number
    readonly throwOnRequestTimeout: true
    readonly socketTimeout: number
    readonly logger: SdkLogger
    readonly httpAgent: typeof AGENT
    readonly httpsAgent: typeof AGENT & { readonly proxyEnv: Env }
  }
}

const AGENT = { keepAlive: true, maxSockets: 50 } as const

/** @param logger the SDK would warn on the console of two sources of credentials, of busy sockets and of timeouts */
export function clientConfig(
  options: AwsOptions,
  service: ServiceVariable,
  logger: SdkLogger,
): ClientConfig {
  const region = options.region ?? read(options.env, 'AWS_REGION')
  const profile = profileOf(options)
  const endpoint = endpointOf(options.env, service)
  const credentials = profile === null ? keysOf(options.env) : null
  return {
    ...(region === null ? {} : { region }),
    ...(profile === null ? {} : { profile }),
    ...(endpoint === null ? {} : { endpoint }),
    // The SDK would look in the profile of AWS_PROFILE, which may be that of another environment.
    ...(isFromElsewhere(options) ? { ignoreConfiguredEndpointUrls: true } : {}),
    ...(credentials === null ? {} : { credentials }),
    // By this CloudTrail tells our requests from those of other tools.
    customUserAgent: 'mm-secrets',
    // Attempts are counted in one place, `persist`: it knows the deadline, and what must be sent once.
    maxAttempts: 1,
    retryMode: 'standard',
    // A clock that is minutes off would break the exchanges' signatures too: it is reported, not worked around.
    disableClockSkewCorrection: true,
    logger,
    requestHandler: {
      connectionTimeout: CONNECTION_MS,
      requestTimeout: LONGEST_REQUEST_MS,
      throwOnRequestTimeout: true,
      socketTimeout: LONGEST_REQUEST_MS,
      logger,
      httpAgent: AGENT,
      // HTTPS_PROXY and NO_PROXY, from Node 24.5 on; an older one has no agent that knows them.
      httpsAgent: { ...AGENT, proxyEnv: options.env },
    },
  }
}

/** The profile that credentials are taken from; null: the SDK's own chain. */
export function profileOf(options: Pick<AwsOptions, 'profile' | 'env'>): string | null {
  return options.profile ?? read(options.env, 'AWS_PROFILE')
}

/** Whether the profile is another one than the SDK takes endpoints from. */
function isFromElsewhere({ env, profile }: AwsOptions): boolean {
  return profile !== null && profile !== (read(env, 'AWS_PROFILE') ?? 'default')
}

/** As the SDK does, a profile comes before the variables. */
function keysOf(env: Env): Credentials | null {
  const accessKeyId = read(env, 'AWS_ACCESS_KEY_ID')
  const secretAccessKey = read(env, 'AWS_SECRET_ACCESS_KEY')
  const sessionToken = read(env, 'AWS_SESSION_TOKEN')
  if (accessKeyId === null || secretAccessKey === null) return null
  return { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) }
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointOf(env: Env, service: ServiceVariable): string | null {
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return null
  return read(env, `AWS_ENDPOINT_URL_${service}`) ?? read(env, 'AWS_ENDPOINT_URL')
}

/** The SDK takes an empty variable as unset, and so do we. */
function read(env: Env, name: string): string | null {
  const text = env[name]
  return text === undefined || text === '' ? null : text
}
