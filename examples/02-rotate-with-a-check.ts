// A rotation that first tries the new key. What the check refuses never becomes current.
import type { Check } from '@mm-secrets/secrets'
import { SecretsError, credentialRef, errorCode } from '@mm-secrets/secrets'
import { generatedPair, throwAway } from './support/throw-away.ts'

await using vault = await throwAway()
const { secrets } = vault
const ref = credentialRef({ env: 'shadow', exchange: 'bybit' })
const saved = await secrets.save(ref, generatedPair())

/** Stands for a signed request to the exchange that changes nothing, such as reading the account. */
const knownToTheExchange = new Set<string>()
const check: Check = async ({ members }) => {
  if (knownToTheExchange.has(members.api_key.reveal())) return
  throw new SecretsError('CHECK_FAILED', 'The exchange does not know the new key.', {
    hint: 'Was it made for this account and site?',
  })
}

const next = generatedPair()
try {
  await secrets.rotate(ref, { from: 'values', values: next }, { check })
} catch (error) {
  console.log('refused:', errorCode(error))
}
const kept = await secrets.read(ref)
console.log('the old pair stays:', kept?.versionId === saved.state.current)

knownToTheExchange.add(next.api_key.reveal())
const onStep = (step: string): void => console.log(`  ${step}`)
const rotated = await secrets.rotate(ref, { from: 'values', values: next }, { check, onStep })
const live = await secrets.read(ref)
console.log('the new pair is live:', live?.versionId === rotated.state.current)
