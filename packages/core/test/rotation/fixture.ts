import { randomBytes } from 'node:crypto'
import { memoryBackend } from '../../src/backend/memory.ts'
import type { Backend, CredentialState } from '../../src/backend/port.ts'
import type { Members } from '../../src/credential/credential.ts'
import type { Exchange, KeyType } from '../../src/credential/exchange.ts'
import { KEY_TYPES } from '../../src/credential/exchange.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { credentialRef } from '../../src/credential/name.ts'
import { Redacted } from '../../src/credential/redacted.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import type { Source, WriteOptions, WriteResult } from '../../src/rotation/write.ts'
import { write } from '../../src/rotation/write.ts'
import type { Call } from '../../src/runtime/call.ts'
import { newCall } from '../../src/runtime/call.ts'
import type { MovableClock } from '../contract/movable-clock.ts'
import { movableClock } from '../contract/movable-clock.ts'

/** Members of an exchange's credential, told apart by a name: `values('bybit', 'first')`. */
function values(
  exchange: Exchange,
  name: string,
  only: readonly KeyType[] = KEY_TYPES[exchange],
): Members {
  return Object.fromEntries(
    only.map((keyType) => [
      keyType,
      new Redacted(`${name}0${keyType}0`.replaceAll('_', '0').repeat(3)),
    ]),
  )
}

export const BYBIT: CredentialRef = credentialRef({ env: 'prod', exchange: 'bybit' })

export interface Desk {
  readonly backend: Backend
  readonly clock: MovableClock
  call(signal?: AbortSignal): Call
  write(
    source: Source,
    options?: WriteOptions,
    ref?: CredentialRef,
    call?: Call,
  ): Promise<WriteResult>
  describe(ref?: CredentialRef): Promise<CredentialState | null>
  /** The api_key that a reader gets, as its owner named it; null: there is none. */
  liveKey(ref?: CredentialRef): Promise<string | null>
}

/** A memory backend with what tests of the workflows ask of it. */
export function desk(): Desk {
  const clock = movableClock()
  const backend = memoryBackend({ clock, randomness: randomBytes })
  const call = (signal?: AbortSignal): Call => newCall(clock, signal)
  return {
    backend,
    clock,
    call,
    write: (source, options = {}, ref = BYBIT, ownCall = call()) =>
      write(backend, ref, mintVersionId(randomBytes), source, options, clock, ownCall),
    describe: (ref = BYBIT) => backend.describe(ref, call()),
    liveKey: async (ref = BYBIT) => {
      const credential = await backend.read(ref, { stage: 'AWSCURRENT' }, call())
      return credential?.members.api_key.reveal().split('0')[0] ?? null
    },
  }
}

export const given = (name: string, only?: readonly KeyType[]): Source => ({
  from: 'values',
  values: values('bybit', name, only),
})
