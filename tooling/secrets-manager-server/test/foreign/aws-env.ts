import { cleanEnv } from '@mm-secrets/vitest-config'

/** What a foreign client needs to reach the server, and nothing that this machine has set. */
export function awsEnv(url: string, extra: Readonly<Record<string, string>> = {}) {
  return cleanEnv({
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    // The older boto3 of a distribution says on stderr that its Python will not be served for ever.
    PYTHONWARNINGS: 'ignore',
    ...extra,
  })
}
