import type { Environment } from '@mm-secrets/core'
import { parseEnvironment, permittedEnvironments } from '@mm-secrets/core'
import type { Session } from '../../context.ts'

/** The environment that was named, or every one that is permitted. */
export function chosenEnvironments(
  { settings }: Session,
  env: string | undefined,
): readonly Environment[] {
  return env === undefined ? permittedEnvironments(settings) : [parseEnvironment(env)]
}
