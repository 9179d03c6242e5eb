import { posix, win32 } from 'node:path'
import type { Environment } from '../credential/exchange.ts'
import type { Namespace, SecretName } from '../credential/name.ts'
import {
  DEFAULT_NAMESPACE,
  parseAccount,
  parseEnvironment,
  parseNamespace,
  parseSuffix,
} from '../credential/name.ts'
import type { Redacted } from '../credential/redacted.ts'
import type { Env } from '../runtime/deps.ts'
import { detectCi } from './ci.ts'
import { parseConfig } from './config-file.ts'
import { awsProfile, awsRegion, checkAwsHome } from './aws-variables.ts'
import { checkAwsEndpoints, exchangeEndpoint } from './endpoint.ts'
import { parseAbsolutePath, parseWord, readVariable } from './environment-variables.ts'
import { homeFolder } from './home.ts'
import { exchangeVariables, fakeSecrets, mergeSeeds } from './seed.ts'
import type { AuditSinkName, BackendName, Settings } from './settings.ts'
import { AUDIT_SINKS, BACKENDS } from './settings.ts'

/**
 * Every setting, checked; pure.
 *
 * @param env the environment's variables
 * @param config the JSON of `config.json`; `{}` where there is none
 * @param platform as `process.platform` names it
 * @throws CONFIG naming the variable or the key's path, never its content
 */
export function parseSettings(env: Env, config: unknown, platform: string): Settings {
  const home = homeFolder(env, platform)
  const environments = parseConfig(config, configPath(home, platform))
  const named = readVariable(env, 'SECRETS_BACKEND', parseBackend)
  const pin = readVariable(env, 'MM_ENV', parseEnvironment)
  const namespace = readVariable(env, 'MM_SECRETS_NAMESPACE', parseNamespace) ?? DEFAULT_NAMESPACE
  const sinks = readVariable(env, 'MM_AUDIT_SINKS', parseSinks)
  const path = (name: string) =>
    readVariable(env, name, (text) => parseAbsolutePath(text, platform))
  checkAwsEndpoints(env)
  if (named === 'aws') checkAwsHome(env, platform)
  return {
    backend: named ?? 'file',
    backendNamed: named !== null,
    pin,
    ci: detectCi(env),
    namespace,
    account: readVariable(env, 'MM_ACCOUNT', parseAccount),
    suffix: readVariable(env, 'MM_API_KEY_SUFFIX', parseSuffix),
    home,
    region: awsRegion(env),
    profile: awsProfile(env),
    exchangeEndpoint: exchangeEndpoint(env),
    auditSinks: sinks ?? ['file'],
    seed: collectSeed(env, named, pin, namespace),
    identityFile: path('MM_SECRETS_IDENTITY_FILE'),
    identityPassphraseFile: path('MM_SECRETS_IDENTITY_PASSPHRASE_FILE'),
    environments: sinks === null ? environments : withoutSinks(environments),
  }
}

/** Where `config.json` is: in the home, never in a repository. */
export function configPath(home: string, platform: string): string {
  return (platform === 'win32' ? win32 : posix).join(home, 'config.json')
}

/** @throws USAGE with a suggestion */
export function parseBackend(text: string): BackendName {
  return parseWord('backend', text, BACKENDS)
}

function parseSinks(text: string): readonly AuditSinkName[] {
  const words = text.split(',').map((word) => parseWord('audit sink', word.trim(), AUDIT_SINKS))
  return [...new Set(words)]
}

/** MM_FAKE_SECRETS_JSON is checked for every backend: what is malformed must not wait for the emergency it is meant for. */
function collectSeed(
  env: Env,
  backend: BackendName | null,
  pin: Environment | null,
  namespace: Namespace,
): ReadonlyMap<SecretName, Redacted> {
  const fake = fakeSecrets(env)
  const home = pin ?? 'dev'
  if (backend === 'memory') return mergeSeeds(fake, exchangeVariables(env, namespace, home))
  if (backend === null && home === 'dev') return exchangeVariables(env, namespace, home)
  return new Map()
}

function withoutSinks(environments: Settings['environments']): Settings['environments'] {
  return Object.fromEntries(
    Object.entries(environments).map(([env, { auditSinks: _overruled, ...rest }]) => [env, rest]),
  )
}
