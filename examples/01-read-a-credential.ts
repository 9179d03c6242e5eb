// A bot reads its credential: all members at once, saved together, never printed in clear.
import { openProvider } from '@mm-secrets/secrets'

// Everything comes from the environment: MM_ENV pins the process, SECRETS_BACKEND says where credentials are.
const provider = openProvider(process.env)

const { members, versionId } = await provider.getCredential('dev', 'bybit')

// A value shows its mask wherever it is printed: by itself, in a text, in JSON, in whatever holds it.
console.log('members', members)
console.log('key ' + members.api_key.toString())
console.log(JSON.stringify({ versionId, signingWith: members.api_key }))

// Only reveal() gives the value, to whatever signs with it.
console.log('length of the secret:', members.api_secret.reveal().length)

// For a minute, further reads are answered from memory; the second one does not open the vault.
const again = await provider.getCredential('dev', 'bybit')
console.log('the same version:', again.versionId === versionId)
