import type { Env } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { AwsOptions } from '../options.ts'
import type { ClientConfig, ServiceVariable } from './client-config.ts'
import { clientConfig, profileOf } from './client-config.ts'
import { credentialSource } from './credential-source.ts'
import type { Credentials } from './persist.ts'
import { within } from './within.ts'

/** What this package uses of a client of the SDK beside its commands. */
export interface SdkClient {
  readonly config: {
    readonly region: () => Promise<string>
    readonly credentials: () => Promise<Credentials>
    /** That of the profile, where neither an option nor a variable gave one. */
    readonly serviceConfiguredEndpoint?: () => Promise<string | undefined>
  }
  readonly middlewareStack: {
    add(middleware: Middleware, options: { readonly step: 'build'; readonly name: string }): void
  }
}

type Middleware = <Input extends object, Output>(
  next: (args: Input) => Promise<Output>,
) => (args: Input) => Promise<Output>

export interface Opened<Client> {
  readonly client: Client
  readonly region: string
  /** As whom requests are signed; the SDK keeps them while they are good. @throws NoCredentials */
  readonly credentials: () => Promise<Credentials>
}

const DEFAULT_REGION = 'us-east-1'

/** Instance metadata answers in milliseconds where there is any, and not at all elsewhere. */
const METADATA_MS = 2000

/** Whoever brings keys or an endpoint hardly means the region of the machine. */
const METADATA_MS_BESIDE_KEYS = 250

/** 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1 (RFC 4291, section 2.5.3), and the name of both. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/

/** Makes a client whose region is settled. Nothing is sent to the service. */
export async function openClient<Client extends SdkClient>(
  options: AwsOptions,
  service: ServiceVariable,
  make: (config: ClientConfig) => Client,
): Promise<Opened<Client>> {
  const source = options.source ?? credentialSource(profileOf(options))
  const { search } = source
  const config = clientConfig(options, service, search.logger)
  const region = config.region ?? (await findRegion(config, options.env, make))
  const found = source.provider === null ? {} : { credentials: source.provider }
  const client = quietly(() => make({ ...config, region, ...found }))
  source.provider ??= client.config.credentials
  client.middlewareStack.add(refuseClearText, { step: 'build', name: 'refuseClearText' })
  const credentials = async () => {
    // A profile's endpoint is that of the services too that give credentials: a token would go there in clear.
    const configured = await client.config.serviceConfiguredEndpoint?.().catch(() => undefined)
    if (config.endpoint === undefined && URL.canParse(configured ?? '')) {
      refuseClear(new URL(configured ?? ''))
    }
    return search.credentials(client.config.credentials)
  }
  return { client, region, credentials }
}

async function findRegion(
  config: ClientConfig,
  env: Env,
  make: (config: ClientConfig) => SdkClient,
): Promise<string> {
  const beside = config.credentials !== undefined || config.endpoint !== undefined
  const probe = quietly(() => make(config))
  const limitMs = beside ? METADATA_MS_BESIDE_KEYS : METADATA_MS
  return within(limitMs, undefined, () => probe.config.region()).catch((error: unknown) => {
    if (!(error instanceof Error && error.message.startsWith('Region not accepted'))) {
      return DEFAULT_REGION
    }
    // The SDK takes the empty variable for the name, and never looks at the profile.
    if (env['AWS_REGION'] === '') {
      throw new SecretsError('CONFIG', 'AWS_REGION is empty.', {
        hint: 'Unset it, or give it the name of a region, such as us-east-1.',
      })
    }
    throw new SecretsError('CONFIG', 'The region of the AWS profile is not the name of a region.', {
      hint: 'Mend region in ~/.aws/config: letters, digits and inner hyphens, such as us-east-1.',
    })
  })
}

/** The variables are checked with the settings; a profile's `endpoint_url` is known only here. */
const refuseClearText: Middleware = (next) => (args) => {
  const { protocol, hostname } = (args as { request?: { protocol?: string; hostname?: string } })
    .request ?? { protocol: 'https:' }
  refuseClear({ protocol: protocol ?? '', hostname: hostname ?? '' })
  return next(args)
}

function refuseClear({ hostname, protocol }: Pick<URL, 'hostname' | 'protocol'>): void {
  if (protocol === 'https:' || LOOPBACK.test(hostname)) return
  throw new SecretsError('CONFIG', 'The endpoint of AWS is http: and not on this machine.', {
    hint: 'Mend endpoint_url in ~/.aws/config: https:, or http: on 127.0.0.1, [::1] or localhost.',
  })
}

/**
 * On Node 20 the constructor of a client warns of the end of its support, once a process. Packages do not print, and
 * the SDK's switch for it is a variable of the process, so the warning is dropped; nothing else runs meanwhile.
 */
function quietly<T>(make: () => T): T {
  const emit = process.emitWarning.bind(process)
  const filtered = (warning: string | Error, ...rest: never[]) => {
    if (!String(warning).startsWith('NodeVersionSupportWarning')) emit(warning, ...rest)
  }
  const original = process.emitWarning
  process.emitWarning = filtered
  try {
    return make()
  } finally {
    process.emitWarning = original
  }
}
