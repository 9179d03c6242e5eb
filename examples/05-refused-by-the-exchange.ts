// A key was rotated and the old one revoked, while a bot still has the old pair in its cache.
import type { Credential } from '@mm-secrets/secrets'
import { SecretProvider, credentialRef } from '@mm-secrets/secrets'
import { generatedPair, throwAway } from './support/throw-away.ts'

/** What the exchange answers to a key that it does not know (any more). */
class AuthenticationFailed extends Error {}

await using vault = await throwAway()
const ref = credentialRef({ env: 'dev', exchange: 'bybit' })
const first = generatedPair()
await vault.secrets.save(ref, first)

const provider = new SecretProvider({ variables: vault.variables })
let validKey = first.api_key.reveal()

/** Stands for a signed request. */
async function request({ members }: Credential): Promise<string> {
  if (members.api_key.reveal() !== validKey) throw new AuthenticationFailed()
  return 'answered'
}

/** Reads anew once after a refusal: a second one means that the stored key itself is wrong. */
async function withCredential<T>(work: (credential: Credential) => Promise<T>): Promise<T> {
  const credential = await provider.getCredential('dev', 'bybit')
  try {
    return await work(credential)
  } catch (error) {
    if (!(error instanceof AuthenticationFailed)) throw error
    provider.invalidate(credential)
    const current = await provider.getCredential('dev', 'bybit')
    if (current.versionId === credential.versionId) throw error
    console.log('refused: reading the credential anew')
    return work(current)
  }
}

console.log(await withCredential(request))

const second = generatedPair()
await vault.secrets.rotate(ref, { from: 'values', values: second })
validKey = second.api_key.reveal()
console.log(await withCredential(request))

validKey = 'another key altogether'
await withCredential(request).catch((error: unknown) => {
  console.log(error instanceof AuthenticationFailed ? 'refused for good' : error)
})
