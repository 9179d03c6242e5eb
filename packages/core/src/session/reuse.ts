import type { CredentialReader, CredentialState } from '../backend/port.ts'
import type { Members } from '../credential/credential.ts'
import { memberFingerprints } from '../credential/credential.ts'
import type { Environment, KeyType } from '../credential/exchange.ts'
import type { CredentialRef } from '../credential/name.ts'
import { formatRef } from '../credential/name.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Call } from '../runtime/call.ts'

/**
 * Refuses a value that is known under another environment: environments are isolated from each other, always.
 *
 * Compares fingerprints alone, and asks nobody for a passphrase: an environment that cannot be listed is passed over,
 * since a guard against mix-ups must not stop an emergency.
 *
 * @param environments those that this process may read
 * @throws REUSED_CREDENTIAL naming the other credential
 */
export async function refuseReuse(
  reader: Pick<CredentialReader, 'list'>,
  ref: CredentialRef,
  values: Members,
  environments: readonly Environment[],
  call: Call,
): Promise<void> {
  const fingerprints = memberFingerprints(ref.exchange, values)
  const wanted = Object.entries(fingerprints) as (readonly [KeyType, string])[]
  if (wanted.length === 0) return
  for (const env of environments) {
    if (env === ref.env) continue
    for (const state of await listQuietly(reader, ref, env, call)) {
      for (const [keyType, fingerprint] of wanted) {
        if (!knows(state, fingerprint)) continue
        throw new SecretsError(
          'REUSED_CREDENTIAL',
          `This ${keyType} is known as one of ${formatRef(state.ref)}.`,
          {
            hint: `Make a key of its own for ${ref.env}; --allow-reuse overrides this.`,
          },
        )
      }
    }
  }
}

async function listQuietly(
  reader: Pick<CredentialReader, 'list'>,
  ref: CredentialRef,
  env: Environment,
  call: Call,
): Promise<readonly CredentialState[]> {
  const states: CredentialState[] = []
  try {
    const pages = reader.list(
      { namespace: ref.namespace, envs: [env], exchange: ref.exchange },
      { ...call, neverPrompt: true },
    )
    for await (const page of pages) states.push(...page)
  } catch {
    return states
  }
  return states
}

function knows(state: CredentialState, fingerprint: string): boolean {
  return state.versions.some((version) =>
    Object.values(version.metadata.fingerprints).some((known) => known === fingerprint),
  )
}
