import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Call, Redacted, SecretName } from '@mm-secrets/core'
import { onceResolved } from '@mm-secrets/core'
import type { About } from '../errors/about.ts'
import type { Failure } from '../errors/failure.ts'
import { refuse } from '../errors/refuse.ts'
import type { AwsOptions } from '../options.ts'
import { profileOf } from './client-config.ts'
import type { Opened } from './open-client.ts'
import { openClient } from './open-client.ts'
import type { Reply } from './persist.ts'
import { interrupted, outOfTime, persist } from './persist.ts'
import { Overdue, within } from './within.ts'

/** The module of the SDK that is loaded on first use. */
export type Sdk = typeof import('./secrets-manager-sdk.ts')

export interface SecretsManagerOptions extends AwsOptions {
  /** In place of the one that the other options describe. */
  readonly client?: () => Promise<SecretsManagerClient>
}

/** One request: what it does, to which secret. */
export interface Question<Output> {
  readonly operation: string
  readonly name: SecretName | null
  /** What was not certainly undone is not sent again. @default false */
  readonly once?: boolean
  /** Values that it sends. */
  readonly values?: readonly Redacted[]
  send(client: SecretsManagerClient, sdk: Sdk, signal: AbortSignal): Promise<Output>
}

/** The conversation with Secrets Manager: every request of this package goes through it. */
export interface SecretsManager {
  /** Sends until it is answered, or the call ends. @returns also what the service refused: it may be an answer */
  ask<Output>(question: Question<Output>, call: Call): Promise<Reply<Output>>
  /** The same where no refusal is an answer. @throws SecretsError */
  demand<Output>(question: Question<Output>, call: Call): Promise<Output>
  /** A failure as the error to throw. */
  refuse(failure: Failure, question: Pick<Question<never>, 'operation' | 'name'>): Promise<Error>
  about(question: Pick<Question<never>, 'operation' | 'name'>): Promise<About>
}

/** Nothing is loaded or sent before the first question. */
export function secretsManager(options: SecretsManagerOptions): SecretsManager {
  const open = onceResolved(async () => {
    const sdk = await import('./secrets-manager-sdk.ts')
    return { sdk, ...(await openWith(sdk, options)) }
  })
  const about: SecretsManager['about'] = async ({ operation, name }) => ({
    action: `secretsmanager:${operation}`,
    name,
    region: (await open()).region,
    profile: profileOf(options),
    env: options.env,
  })
  const opened = async (question: Question<unknown>, call: Call) => {
    const left = call.deadline - options.clock.now()
    const doing = `${question.operation}${question.name === null ? '' : ` of ${question.name}`}`
    if (left <= 0) throw outOfTime(doing)
    return within(left, call.signal, open).catch((error: unknown) => {
      if (call.signal?.aborted === true) throw interrupted()
      throw error instanceof Overdue ? outOfTime(doing) : error
    })
  }
  const ask: SecretsManager['ask'] = async (question, call) => {
    const { client, sdk } = await opened(question, call)
    const attempt = {
      prepare: () => client.config.credentials(),
      send: (signal: AbortSignal) => question.send(client, sdk, signal),
      once: question.once ?? false,
      values: question.values ?? [],
    }
    return persist(attempt, options, call)
  }
  const toError: SecretsManager['refuse'] = async (failure, question) =>
    refuse(failure, await about(question), options.clock.now())
  return {
    about,
    ask,
    demand: async (question, call) => {
      const reply = await ask(question, call)
      if (reply.failure !== null) throw await toError(reply.failure, question)
      return reply.output
    },
    refuse: toError,
  }
}

async function openWith(
  sdk: Sdk,
  options: SecretsManagerOptions,
): Promise<Opened<SecretsManagerClient>> {
  if (options.client === undefined) {
    return openClient(options, 'SECRETS_MANAGER', (config) => new sdk.SecretsManagerClient(config))
  }
  const client = await options.client()
  return { client, region: await client.config.region() }
}
