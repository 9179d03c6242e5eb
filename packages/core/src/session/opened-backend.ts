import type { AccessTrail } from '../audit/access-trail.ts'
import type { Backend } from '../backend/port.ts'
import type { VaultKeeper } from '../backend/vault-keeper.ts'
import type { Environment } from '../credential/exchange.ts'
import type { Finding } from '../doctor/finding.ts'
import type { Call } from '../runtime/call.ts'
import type { Identity } from './secrets.ts'

/** A backend and who we are to it. */
export interface OpenedBackend {
  readonly backend: Backend
  identify(env: Environment, call: Call): Promise<Identity>
  /** What is to be mended of this store, down to its permissions; reads no value. */
  examine(env: Environment, call: Call): Promise<readonly Finding[]>
  /** Absent where there are no vaults. */
  readonly keeper?: VaultKeeper
  /** Absent where the store keeps no log of its own. */
  readonly trail?: AccessTrail
}
