// An emergency: the store is out of reach, and prod must trade on. The values come from variables, loudly.
import { SecretProvider } from '@mm-secrets/secrets'
import { generatedPair, throwAway } from './support/throw-away.ts'

await using vault = await throwAway()
const { api_key, api_secret } = generatedPair()

const provider = new SecretProvider({
  variables: {
    ...vault.variables,
    // What an operator exports by hand; in real life this is process.env.
    MM_ENV: 'prod',
    SECRETS_BACKEND: 'memory',
    MM_FAKE_SECRETS_JSON: JSON.stringify({
      'mm-bot/prod/bybit/api_key': api_key.reveal(),
      'mm-bot/prod/bybit/api_secret': api_secret.reveal(),
    }),
  },
  // One line that nobody overlooks. By default it is a warning of Node's.
  warn: (line) => console.error(line),
})

const { members } = await provider.getCredential('prod', 'bybit')
console.log('trading on with', members.api_key)

// It is on record, and in CI it would have been refused.
for await (const { action, credential, outcome } of vault.secrets.audit.records('prod')) {
  console.log('audit:', action, credential, outcome)
}
