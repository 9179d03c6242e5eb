import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ClientOptions } from './client.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = promisify(execFile)

/** Runs the `aws` CLI against the server, without any settings of this machine, and without its own retries. */
export async function awsCli(
  path: string,
  options: ClientOptions,
  args: readonly string[],
): Promise<Ran> {
  const { url, credentials, region = 'us-east-1' } = options
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  }
  try {
    // The variable AWS_ENDPOINT_URL is younger than the CLI of some distributions.
    return { code: 0, ...(await run(path, ['--endpoint-url', url, ...args], { env })) }
  } catch (error) {
    const { code, stdout, stderr } = error as Ran
    return { code, stdout, stderr }
  }
}
