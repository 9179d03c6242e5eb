import { posix, win32 } from 'node:path'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Env } from '../runtime/deps.ts'
import { readVariable } from './environment-variables.ts'

/** A label of a host name (RFC 1123, section 2.1): a region becomes part of one. */
const REGION = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const PROFILE = /^[ -~]{1,128}$/

/** The Python SDK and its `aws` command know the second name, the JavaScript SDK the first alone. */
const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION']

/**
 * The region that this machine's AWS tools use, where a variable says so.
 *
 * @throws CONFIG naming the variable; also for the one that does not count
 */
export function awsRegion(env: Env): string | null {
  const [first = null, second = null] = REGION_VARIABLES.map((name) =>
    readSet(env, name, parseRegion),
  )
  return first ?? second
}

/** @throws CONFIG naming the variable */
export function awsProfile(env: Env): string | null {
  return readSet(env, 'AWS_PROFILE', (text) => {
    if (PROFILE.test(text)) return text
    throw new SecretsError('USAGE', 'It is not the name of a profile.', {
      hint: 'A profile is a name in ~/.aws/config of at most 128 printable characters.',
    })
  })
}

/**
 * The SDK looks for profiles below HOME. An empty or relative one means the current folder, where a repository could
 * name a program that is run for credentials.
 *
 * @throws CONFIG
 */
export function checkAwsHome(env: Env, platform: string): void {
  const home = env['HOME']
  const path = platform === 'win32' ? win32 : posix
  // On Windows the SDK goes on to USERPROFILE.
  if (home === undefined || path.isAbsolute(home) || (home === '' && platform === 'win32')) return
  throw new SecretsError('CONFIG', 'HOME is not an absolute path.', {
    hint: 'Set it to your home folder, or unset it: profiles of AWS are looked for there, never in the current folder.',
  })
}

/** The SDKs take an empty variable as unset, and so do we. */
function readSet<T>(env: Env, name: string, parse: (text: string) => T): T | null {
  return env[name] === '' ? null : readVariable(env, name, parse)
}

function parseRegion(text: string): string {
  if (REGION.test(text)) return text
  throw new SecretsError('USAGE', 'It is not the name of a region.', {
    hint: 'A region is letters, digits and inner hyphens, such as us-east-1.',
  })
}
