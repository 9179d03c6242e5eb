import type { Action } from '../audit/event.ts'
import type { Environment } from '../credential/exchange.ts'
import { ENVIRONMENTS } from '../credential/exchange.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { Settings } from './settings.ts'

/**
 * Pinning and CI rules. They stop accidents; the boundary is what the store itself permits.
 *
 * @throws PROD_FORBIDDEN_IN_CI, ENVIRONMENT_MISMATCH, REVEAL_REFUSED
 */
export function permit(settings: Settings, action: Action, env: Environment): void {
  const refusal = refuseEnvironment(settings, env)
  if (refusal !== null) throw refusal
  if (action === 'reveal' && settings.ci !== 'none') {
    throw new SecretsError('REVEAL_REFUSED', 'Values are not revealed in CI.', {
      hint: 'A job log keeps what is printed. Read the credential in the program that needs it.',
    })
  }
}

/** Where `list` and `status` may look, in the order of risk. */
export function permittedEnvironments(settings: Settings): readonly Environment[] {
  return ENVIRONMENTS.filter((env) => refuseEnvironment(settings, env) === null)
}

function refuseEnvironment(settings: Settings, env: Environment): SecretsError | null {
  const { ci, pin } = settings
  if (env === 'prod' && ci !== 'none') {
    return new SecretsError('PROD_FORBIDDEN_IN_CI', 'Credentials of prod are out of reach in CI.', {
      hint: 'Use shadow or soak there; run what needs prod on a machine of your own.',
    })
  }
  if (pin !== null && env !== pin) {
    return new SecretsError(
      'ENVIRONMENT_MISMATCH',
      `This process is pinned to ${pin} by MM_ENV and may not touch ${env}.`,
      { hint: `Name ${pin}, or run it with MM_ENV=${env} if ${env} is what you mean.` },
    )
  }
  if (ci === 'github' && pin === null && env !== 'dev') {
    return new SecretsError(
      'ENVIRONMENT_MISMATCH',
      `In GitHub Actions ${env} is reachable only when MM_ENV names it, and MM_ENV is not set.`,
      { hint: `Put MM_ENV: ${env} into the env of the job's step.` },
    )
  }
  return null
}
