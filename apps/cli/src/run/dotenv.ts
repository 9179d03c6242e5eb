import { SecretsError } from '@mm-secrets/core'

/** What every reader takes as it stands, also docker's `--env-file`, which knows no quotes. */
const BARE = /^[A-Za-z0-9_./:@%^+=,-]+$/
/** python-dotenv replaces `${…}` even within single quotes. */
const SUBSTITUTED = '${'

/**
 * Variables as a `.env` file.
 *
 * There is no standard: each value is written in a form that sh, systemd, node's `--env-file`, npm's dotenv and
 * python-dotenv read alike, and where there is no such form it is refused.
 *
 * @throws INVALID_VALUE naming the variable
 */
export function dotenv(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `${name}=${quoted(name, value)}\n`).join('')
}

function quoted(name: string, value: string): string {
  if (BARE.test(value)) return value
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f]/.test(value) || value.includes(SUBSTITUTED)
  // A backslash before another or before the quote is an escape to some.
  if (!unsafe && !/'|\\\\|\\$/.test(value)) return `'${value}'`
  if (!unsafe && !/["\\$`]/.test(value)) return `"${value}"`
  throw new SecretsError(
    'INVALID_VALUE',
    `The value of ${name} has no form that every reader of .env files understands.`,
    {
      hint: 'Use --format json.',
    },
  )
}
