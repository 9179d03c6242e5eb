import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Clock, Instant } from '@mm-secrets/core'

/** What the answers told beside their content. */
export interface Heard {
  /** How far this machine's clock is ahead of the service's, ms; null: no answer said its time. */
  skewMs: number | null
  /** Who was asked: `secretsmanager.us-east-1.amazonaws.com`. */
  host: string | null
}

/** The parts of a request and an answer of the SDK that are read here; any of them may be absent. */
interface Asked {
  readonly request?: { readonly hostname?: unknown }
}
interface Answered {
  readonly response?: { readonly headers?: Readonly<Record<string, unknown>> }
}

/** Notes from now on what a client is answered, refusals included. */
export function listen(client: SecretsManagerClient, heard: Heard, clock: Clock): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { hostname } = (args as Asked).request ?? {}
      if (typeof hostname === 'string') heard.host = hostname
      const sent = clock.now()
      const result = await next(args)
      const told = dateOf((result as Answered).response)
      // Between the two the service looked at its clock, which tells whole seconds.
      if (told !== null) heard.skewMs = (sent + clock.now()) / 2 - (told + 500)
      return result
    },
    // Nearer to the network than what makes errors of refusals.
    { step: 'deserialize', priority: 'low', name: 'hear' },
  )
}

function dateOf(response: Answered['response']): Instant | null {
  const date = response?.headers?.['date']
  const at = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isNaN(at) ? null : at
}
