import { DEFAULT_ACCESS_KEY, type AccessKey } from '../sigv4/access-key.ts'

/** What is printed once the server listens: where it is, and what a shell needs to reach it. */
export function greeting(url: string, accessKeys: readonly AccessKey[]): string {
  const [first] = accessKeys
  const lines =
    first === DEFAULT_ACCESS_KEY
      ? [
          `export AWS_ACCESS_KEY_ID=${first.accessKeyId}`,
          `export AWS_SECRET_ACCESS_KEY=${first.secretAccessKey}`,
        ]
      : accessKeys.map(
          ({ accessKeyId }) => `export AWS_ACCESS_KEY_ID=${accessKeyId}   # and its secret key`,
        )
  return [
    `AWS Secrets Manager for tests: ${url}`,
    'Everything is in memory and gone when this ends. Ctrl-C ends it.',
    '',
    'In another shell:',
    '',
    `export AWS_ENDPOINT_URL=${url}`,
    ...lines,
    'export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1',
    'unset AWS_PROFILE AWS_SESSION_TOKEN',
    '',
    '',
  ].join('\n')
}
