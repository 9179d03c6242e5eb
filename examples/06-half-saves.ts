// Two people hold the halves of a new key. Until both are there, readers have the old pair, never half of each.
import { credentialRef } from '@mm-secrets/secrets'
import { generatedPair, throwAway } from './support/throw-away.ts'

await using vault = await throwAway()
const { secrets } = vault
const ref = credentialRef({ env: 'soak', exchange: 'bybit' })
const next = generatedPair()
const saved = await secrets.save(ref, generatedPair())

async function tell(): Promise<void> {
  const credential = await secrets.read(ref)
  const old = credential?.versionId === saved.state.current
  console.log(old ? '  readers have the old pair' : '  readers have the new pair')
}

const { pending } = await secrets.save(ref, { api_key: next.api_key })
console.log('one half saved, missing:', pending?.missing.join(', '))
await tell()

// The id of the pending version is the ticket: another machine joins with it what this one began.
const ticket = pending === null ? {} : { versionId: pending.versionId }
await secrets.save(ref, { api_secret: next.api_secret }, ticket)
console.log('the other half saved')
await tell()
