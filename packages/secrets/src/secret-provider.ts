import * as fs from 'node:fs/promises'
import type {
  BackendName,
  Credential,
  CredentialProvider,
  Env,
  KeyType,
  Redacted,
  Secrets,
  Settings,
} from '@mm-secrets/core'
import {
  SecretsError,
  cachingProvider,
  formatRef,
  loadSettings,
  onceResolved,
  parseBackend,
  parseEnvironment,
  parseExchange,
  parseKeyType,
  resolveRef,
  systemClock,
} from '@mm-secrets/core'
import { rememberCache } from './clear-cache.ts'
import { nodeDeps } from './node-deps.ts'
import { openSecrets } from './open-secrets.ts'

export interface SecretProviderOptions {
  /** `memory`, `file` or `aws`. @default `SECRETS_BACKEND`, else `file` */
  readonly backend?: BackendName
  /** Pins the provider to one environment, which `MM_ENV` must not contradict. @default `MM_ENV`, else it is not pinned */
  readonly env?: string
  /** How long a credential is kept, from when its read began. @default 60 */
  readonly cacheTtlSeconds?: number
  /** The environment's variables. @default process.env */
  readonly variables?: Env
  /** Takes one line for the person, such as the warning of a break-glass read. @default process.emitWarning */
  readonly warn?: (line: string) => void
}

/**
 * What a bot holds: the credentials of the exchanges, whole, cached, pinned, audited.
 *
 * Read `getCredential` and pass the whole on: its members were saved together. Two getters may stand on either side of
 * a rotation; their members know their versions, and a signer that is given both throws TORN_PAIR.
 *
 * Settings are loaded and the store is opened by the first read. What made that fail may be mended: the next read
 * tries again.
 */
export class SecretProvider {
  readonly #opened: () => Promise<{ readonly settings: Settings; readonly secrets: Secrets }>
  readonly #cache: CredentialProvider

  /** @throws USAGE when an option is not what it may be */
  constructor(options: SecretProviderOptions = {}) {
    const overrides = variablesOf(options)
    const warn = options.warn ?? warnThroughNode
    this.#opened = onceResolved(async () => {
      const variables = options.variables ?? process.env
      refuseOtherPin(variables['MM_ENV'], overrides['MM_ENV'])
      const env = { ...variables, ...overrides }
      const settings = await loadSettings(env, process.platform, fs)
      return { settings, secrets: openSecrets(settings, nodeDeps({ face: 'library', env, warn })) }
    })
    this.#cache = cachingProvider(
      { read: async (ref, ask) => (await this.#opened()).secrets.read(ref, ask) },
      systemClock,
      options.cacheTtlSeconds,
    )
    rememberCache(this.#cache)
  }

  /**
   * All members of a credential, saved together; `MM_API_KEY_SUFFIX` chooses a parallel copy.
   *
   * @param account a label such as `hedge`; null for none. @default `MM_ACCOUNT`
   * @throws NOT_FOUND, USAGE, CONFIG, ENVIRONMENT_MISMATCH, PROD_FORBIDDEN_IN_CI, and whatever the store throws
   */
  async getCredential(env: string, exchange: string, account?: string | null): Promise<Credential> {
    const { settings } = await this.#opened()
    const asked = account === undefined ? { env, exchange } : { env, exchange, account }
    return this.#cache.getCredential(resolveRef(settings, asked, 'read'))
  }

  /** @throws as `getCredential` */
  async getApiKey(env: string, exchange: string, account?: string | null): Promise<Redacted> {
    return this.#member('api_key', env, exchange, account)
  }

  /** @throws as `getCredential` */
  async getApiSecret(env: string, exchange: string, account?: string | null): Promise<Redacted> {
    return this.#member('api_secret', env, exchange, account)
  }

  /** @throws USAGE for an exchange that has none; as `getCredential` */
  async getApiPassphrase(
    env: string,
    exchange: string,
    account?: string | null,
  ): Promise<Redacted> {
    return this.#member('api_passphrase', env, exchange, account)
  }

  /** The exchange refused this credential: the next read asks the store, unless a newer version is known already. */
  invalidate(credential: Credential): void {
    this.#cache.invalidate(credential)
  }

  /** The next read of each credential asks the store. */
  clearCache(): void {
    this.#cache.clearCache()
  }

  async #member(
    keyType: KeyType,
    env: string,
    exchange: string,
    account: string | null | undefined,
  ): Promise<Redacted> {
    parseKeyType(keyType, parseExchange(exchange))
    const { members, ref } = await this.getCredential(env, exchange, account)
    const value = members[keyType]
    if (value !== undefined) return value
    throw new SecretsError('INCOMPLETE', `${formatRef(ref)} has no ${keyType}.`, {
      hint: `Save it: mm-secrets save --env ${ref.env} --exchange ${ref.exchange} --key-type ${keyType}`,
    })
  }
}

/** A provider by the environment's variables alone. @param variables defaults to process.env */
export function openProvider(variables: Env = process.env): SecretProvider {
  return new SecretProvider({ variables })
}

function variablesOf({ backend, env }: SecretProviderOptions): Env {
  return {
    ...(backend === undefined ? {} : { SECRETS_BACKEND: parseBackend(backend) }),
    ...(env === undefined ? {} : { MM_ENV: parseEnvironment(env) }),
  }
}

/** `MM_ENV` pins the whole process, whatever its code asks for. */
function refuseOtherPin(pin: string | undefined, asked: string | undefined): void {
  if (pin === undefined || asked === undefined || pin === asked) return
  throw new SecretsError(
    'ENVIRONMENT_MISMATCH',
    `This process is pinned by MM_ENV and may not open a provider for ${asked}.`,
    { hint: `Unset MM_ENV, or run it with MM_ENV=${asked} if ${asked} is what you mean.` },
  )
}

/** A package does not print: Node does, and a program can listen for it or turn it off. */
function warnThroughNode(line: string): void {
  process.emitWarning(line, 'MmSecretsWarning')
}
