import type { AwsOptions, CredentialSource } from '@mm-secrets/aws-backend'
import type {
  AccessTrail,
  AwsSettings,
  Backend,
  Call,
  CredentialRef,
  CredentialState,
  Deps,
  Environment,
  Identity,
  OpenedBackend,
  Settings,
} from '@mm-secrets/core'
import { awsSettings, backendByEnvironment, errorCode } from '@mm-secrets/core'
import { homeAuditLog } from './home-audit-log.ts'
import type { Place } from './place.ts'

/** AWS Secrets Manager: its part of the program, and the SDK behind it, is loaded by the first verb. */
export function awsPlace(settings: Settings, deps: Deps): Place {
  return {
    log: homeAuditLog(settings, deps),
    open: async () => opened(await import('@mm-secrets/aws-backend'), settings, deps),
  }
}

type Aws = typeof import('@mm-secrets/aws-backend')

/** The means of one environment, which may be another region or account than those of the next. */
interface Desk {
  readonly options: AwsOptions
  readonly backend: Backend
  readonly trail: AccessTrail
  identify(call: Call): Promise<Identity>
}

function opened(aws: Aws, settings: Settings, deps: Deps): OpenedBackend {
  // Environments that differ in nothing share connections, credentials and who they are.
  const callers = remembered((options: AwsOptions) => aws.awsIdentity(options))
  const sources = remembered((profile: string | null) => aws.credentialSource(profile))
  const desks = remembered((own: Pick<AwsSettings, 'region' | 'profile' | 'kmsKey' | 'tags'>) =>
    openDesk(aws, callers, sources(own.profile, own.profile), own, deps),
  )
  const deskOf = (env: Environment): Desk => {
    const { kmsKey, profile, region, tags } = awsSettings(settings, env)
    return desks([region, profile, kmsKey, tags], { kmsKey, profile, region, tags })
  }
  return {
    backend: backendByEnvironment((env) => Promise.resolve(deskOf(env).backend)),
    identify: (env, call) => deskOf(env).identify(call),
    examine: (env, call) => {
      const { identify, options } = deskOf(env)
      const accountId = settings.environments[env]?.accountId ?? null
      const { namespace } = settings
      const own = awsSettings(settings, env)
      return aws.examineAws({ env, namespace, settings: own, accountId, options, identify }, call)
    },
    trail: {
      accesses: (ref, since, call) => deskOf(ref.env).trail.accesses(ref, since, call),
    },
  }
}

function openDesk(
  aws: Aws,
  callers: (key: unknown, options: AwsOptions) => Desk['identify'],
  source: CredentialSource,
  { kmsKey, profile, region, tags }: Pick<AwsSettings, 'region' | 'profile' | 'kmsKey' | 'tags'>,
  deps: Deps,
): Desk {
  const { clock, env, randomness, warn } = deps
  const options: AwsOptions = { region, profile, env, source, clock, randomness }
  const backend = aws.awsBackend({ ...options, kmsKey, tags, warn })
  return {
    options,
    backend,
    trail: aws.awsAccessTrail({ ...options, arns: (ref, call) => arnsOf(backend, ref, call) }),
    identify: callers([region, profile], options),
  }
}

/** An event has the name or the ARN; whoever may not describe looks by the names alone. */
async function arnsOf(
  backend: Backend,
  ref: CredentialRef,
  call: Call,
): Promise<CredentialState['arns']> {
  try {
    return (await backend.describe(ref, call))?.arns ?? {}
  } catch (error) {
    if (errorCode(error) === 'DENIED') return {}
    throw error
  }
}

/** What was made once for a key is what that key gets from then on. */
function remembered<Given, Made>(
  make: (given: Given) => Made,
): (key: unknown, given: Given) => Made {
  const made = new Map<string, Made>()
  return (key, given) => {
    const text = JSON.stringify(key)
    const known = made.get(text) ?? make(given)
    made.set(text, known)
    return known
  }
}
