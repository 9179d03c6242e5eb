import type { Call, Redacted, SecretName, SecretsError } from '@mm-secrets/core'
import { onceResolved } from '@mm-secrets/core'
import type { About } from '../errors/about.ts'
import type { Failure } from '../errors/failure.ts'
import { refuse } from '../errors/refuse.ts'
import type { AwsOptions } from '../options.ts'
import { profileOf } from './client-config.ts'
import type { Opened, SdkClient } from './open-client.ts'
import type { Reply } from './persist.ts'
import { interrupted, outOfTime, persist } from './persist.ts'
import { wellFormed } from './well-formed.ts'
import { Overdue, within } from './within.ts'

/** What a request does, and to which secret. */
interface Subject {
  readonly operation: string
  readonly name: SecretName | null
}

export interface Question<Client, Sdk, Output> extends Subject {
  /** What was not certainly undone is not sent again. @default false */
  readonly once?: boolean
  /** Values that it sends. */
  readonly values?: readonly Redacted[]
  send(client: Client, sdk: Sdk, signal: AbortSignal): Promise<Output>
}

/** Every request to a service goes through its conversation: credentials, attempts, deadline, errors. */
export interface Conversation<Client, Sdk> {
  /** Sends until it is answered, or the call ends. @returns also what the service refused: it may be an answer */
  ask<Output>(question: Question<Client, Sdk, Output>, call: Call): Promise<Reply<Output>>
  /** The same where no refusal is an answer. @throws SecretsError */
  demand<Output>(question: Question<Client, Sdk, Output>, call: Call): Promise<Output>
  /** A failure as the error to throw. */
  refuse(failure: Failure, subject: Subject): Promise<SecretsError>
  about(subject: Subject): Promise<About>
}

/** A service of AWS as it is once its part of the SDK is loaded. */
export interface Loaded<Client, Sdk> extends Opened<Client> {
  readonly sdk: Sdk
}

/**
 * Nothing is loaded or sent before the first question.
 *
 * @param prefix of the service in IAM: `secretsmanager`
 */
export function conversation<Client extends SdkClient, Sdk>(
  options: AwsOptions,
  prefix: string,
  load: () => Promise<Loaded<Client, Sdk>>,
): Conversation<Client, Sdk> {
  const open = onceResolved(load)
  const opened = (subject: Subject, call: Call) => openInTime(open, subject, options, call)
  const about = async ({ operation, name }: Subject): Promise<About> => ({
    action: `${prefix}:${operation}`,
    name,
    region: (await open()).region,
    profile: profileOf(options),
    env: options.env,
  })
  const ask: Conversation<Client, Sdk>['ask'] = async (question, call) => {
    const { client, credentials, sdk } = await opened(question, call)
    const attempt = {
      prepare: async () => wellFormed(await credentials()),
      send: (signal: AbortSignal) => question.send(client, sdk, signal),
      once: question.once ?? false,
      values: question.values ?? [],
    }
    return persist(attempt, options, call)
  }
  const toError = async (failure: Failure, subject: Subject) =>
    refuse(failure, await about(subject), options.clock.now())
  return {
    ask,
    about,
    demand: async (question, call) => {
      const reply = await ask(question, call)
      if (reply.failure !== null) throw await toError(reply.failure, question)
      return reply.output
    },
    refuse: toError,
  }
}

/** Loading is over in a moment, but asking the machine for its region may not be. */
async function openInTime<T>(
  open: () => Promise<T>,
  { operation, name }: Subject,
  { clock }: AwsOptions,
  call: Call,
): Promise<T> {
  const doing = name === null ? operation : `${operation} of ${name}`
  const left = call.deadline - clock.now()
  if (left <= 0) throw outOfTime(doing)
  try {
    return await within(left, call.signal, open)
  } catch (error) {
    if (call.signal?.aborted === true) throw interrupted()
    throw error instanceof Overdue ? outOfTime(doing) : error
  }
}
