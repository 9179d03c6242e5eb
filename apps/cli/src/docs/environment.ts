/** The environment's variables that a person sets, for the manual. */
export const VARIABLES: readonly (readonly [string, string])[] = [
  ['SECRETS_BACKEND', 'file (the encrypted vault, the default), memory or aws'],
  ['MM_ENV', 'The environment that this process is pinned to; others are refused'],
  ['MM_ACCOUNT', 'The account where --account is not given'],
  ['MM_API_KEY_SUFFIX', 'Readers use the credential under this suffix'],
  ['MM_SECRETS_HOME', 'The folder of vaults, identities, audit logs and config.json'],
  ['MM_SECRETS_NAMESPACE', 'What every stored name begins with (default: mm-bot)'],
  ['MM_SECRETS_IDENTITY_FILE', 'An identity that is kept elsewhere'],
  ['MM_SECRETS_IDENTITY_PASSPHRASE_FILE', 'The passphrase of an identity, for scripts'],
  ['MM_AUDIT_SINKS', 'Where audit records go: file (the default), stderr, or both'],
  ['MM_FAKE_SECRETS_JSON', 'What the memory backend starts with'],
  [
    'AWS_REGION',
    'The region, where config.json names none for the environment (default: us-east-1)',
  ],
  ['AWS_PROFILE', 'The profile of ~/.aws/config, where config.json names none for the environment'],
  ['AWS_ENDPOINT_URL', 'What answers in place of AWS; http: on this machine alone'],
  ['NO_COLOR', 'No colours'],
  ['MM_SECRETS_DEBUG', '1: print where in the program a bug is'],
]
