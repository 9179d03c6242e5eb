import type { Signer } from '@mm-secrets/bybit-signer'
import { prepareBybitSigner } from '@mm-secrets/bybit-signer'
import type { Credential, Environment, Redacted } from '@mm-secrets/core'
import { SecretsError, formatRef } from '@mm-secrets/core'
import { signing } from './signing.ts'

/** Whatever hands out whole credentials and reads one anew when it is told to: a `SecretProvider`. */
export interface BybitSecretProvider {
  getCredential(env: string, exchange: string, account?: string | null): Promise<Credential>
  invalidate(credential: Credential): void
}

/** The credential of one client: what is current, ready to sign. */
export interface Credentials {
  /** @throws ENVIRONMENT_MISMATCH for a credential of another place, and whatever the provider throws */
  read(): Promise<Credential>
  /** After Bybit refused this one. @returns null: the store has nothing newer */
  readNewer(refused: Credential): Promise<Credential | null>
  /** @throws INVALID_VALUE, TORN_PAIR */
  signer(credential: Credential): Signer
  /** Every value that was read of late: what must not be in anything that is told. */
  values(): readonly Redacted[]
}

/** A rotation leaves two versions in use; what a slow answer may repeat is not older than a few. */
const VERSIONS_KEPT = 8

export function credentialsOf(
  provider: BybitSecretProvider,
  env: Environment,
  account: string | null | undefined,
): Credentials {
  const signers = new WeakMap<Credential, Signer>()
  const loaded = new Map<string, readonly Redacted[]>()
  let refusedVersion: string | null = null

  async function read(): Promise<Credential> {
    const credential = await (account === undefined
      ? provider.getCredential(env, 'bybit')
      : provider.getCredential(env, 'bybit', account))
    remember(credential)
    checkPlace(credential, env)
    return credential
  }

  function remember({ versionId, members }: Credential): void {
    loaded.delete(versionId)
    loaded.set(versionId, Object.values(members) as Redacted[])
    for (const oldest of loaded.keys()) {
      if (loaded.size <= VERSIONS_KEPT) break
      loaded.delete(oldest)
    }
  }

  const values = (): readonly Redacted[] => [...loaded.values()].flat()

  return {
    read,
    async readNewer(refused) {
      // Once for each version: a dead key must not turn every request into a read of the store.
      if (refusedVersion !== refused.versionId) {
        refusedVersion = refused.versionId
        provider.invalidate(refused)
      }
      const current = await read()
      return current.versionId === refused.versionId ? null : current
    },
    signer(credential) {
      const known = signers.get(credential)
      if (known !== undefined) return known
      const { api_key: key, api_secret: secret } = credential.members
      const signer = signing(formatRef(credential.ref), values(), () =>
        prepareBybitSigner({ key, secret }),
      )
      signers.set(credential, signer)
      return signer
    },
    values,
  }
}

function checkPlace({ ref }: Credential, env: Environment): void {
  if (ref.exchange === 'bybit' && ref.env === env) return
  throw new SecretsError(
    'ENVIRONMENT_MISMATCH',
    `The provider gave ${formatRef(ref)} to a client of ${env}/bybit.`,
    { hint: 'Give the client a provider that reads the credential that it is asked for.' },
  )
}
