import type { Clock, Environment } from '@mm-secrets/core'
import { SecretsError, parseEnvironment, systemClock } from '@mm-secrets/core'
import type { BybitSecretProvider } from './credentials.ts'
import type { Fetch } from './http-get.ts'
import { loopbackOrigin } from './loopback.ts'
import type { BybitSite } from './sites.ts'
import { parseSite, siteOrigin } from './sites.ts'

export interface BybitRestClientOptions {
  /** A `SecretProvider`, or whatever hands out whole credentials as it does. */
  readonly secretProvider: BybitSecretProvider
  /** Whose credential: `dev`, `shadow`, `soak` or `prod`. */
  readonly apiEnv: string
  /** true: reads are sent. Orders never are. @default false */
  readonly networkEnabled?: boolean
  /** The global `fetch`, for instance; only with the network, and then required. */
  readonly fetch?: Fetch
  /** A label such as `hedge`; null: none. @default the provider's own */
  readonly account?: string | null
  /** The site that the key belongs to. @default 'mainnet' */
  readonly site?: BybitSite
  /** A server on this machine in place of Bybit, to try things. @default null */
  readonly exchangeEndpoint?: string | null
  /** How long Bybit may serve a request, in milliseconds. @default 5000 */
  readonly recvWindowMs?: number
  /** Until an answer is whole, in milliseconds. @default 10000 */
  readonly timeoutMs?: number
  /** How long one call may wait for room in a rate limit, in milliseconds. @default 5000 */
  readonly maxRateLimitWaitMs?: number
  /** @default the machine's clock */
  readonly clock?: Clock
  /** Takes one line for the person. @default process.emitWarning */
  readonly warn?: (line: string) => void
}

/** The options, checked, each with its default. */
export interface Configuration {
  readonly env: Environment
  readonly networkEnabled: boolean
  readonly site: BybitSite
  /** In words: `mainnet, since none was given`. */
  readonly siteOnRecord: string
  /** Scheme and host of every request. */
  readonly origin: string
  /** Whether the origin stands in for Bybit. */
  readonly isReplaced: boolean
  readonly recvWindowMs: number
  readonly timeoutMs: number
  readonly maxRateLimitWaitMs: number
  readonly clock: Clock
  readonly warn: (line: string) => void
}

/** @throws USAGE, CONFIG */
export function configurationOf(options: BybitRestClientOptions): Configuration {
  const site = parseSite(options.site ?? 'mainnet')
  const endpoint = options.exchangeEndpoint ?? null
  return Object.freeze({
    env: parseEnvironment(options.apiEnv),
    networkEnabled: isEnabled(options),
    site,
    siteOnRecord: options.site === undefined ? `${site}, since none was given` : site,
    origin: endpoint === null ? siteOrigin(site) : loopbackOrigin(endpoint),
    isReplaced: endpoint !== null,
    recvWindowMs: milliseconds('recvWindowMs', options.recvWindowMs ?? 5000, 1),
    timeoutMs: milliseconds('timeoutMs', options.timeoutMs ?? 10_000, 1),
    maxRateLimitWaitMs: milliseconds('maxRateLimitWaitMs', options.maxRateLimitWaitMs ?? 5000, 0),
    clock: options.clock ?? systemClock,
    warn: options.warn ?? warnThroughNode,
  })
}

/** Its own `true` alone: a text such as 'false', or what a prototype says, is no wish to send. */
function isEnabled(options: BybitRestClientOptions): boolean {
  if (!Object.hasOwn(options, 'networkEnabled')) return false
  const enabled: unknown = options.networkEnabled
  if (enabled === undefined || typeof enabled === 'boolean') return enabled === true
  throw usage('networkEnabled is neither true nor false.', 'Leave it out for a dry run.')
}

/** Timers hold 31 bits. */
const LONGEST_MS = 2 ** 31 - 1

function milliseconds(name: string, value: number, smallest: number): number {
  if (Number.isSafeInteger(value) && value >= smallest && value <= LONGEST_MS) return value
  throw usage(
    `${name} is not a number of milliseconds.`,
    `Give a whole number from ${smallest} on, such as 5000.`,
  )
}

/** A package does not print: Node does, and a program can listen for it or turn it off. */
function warnThroughNode(line: string): void {
  process.emitWarning(line, 'MmSecretsWarning')
}

export function usage(message: string, hint: string): SecretsError {
  return new SecretsError('USAGE', message, { hint })
}
