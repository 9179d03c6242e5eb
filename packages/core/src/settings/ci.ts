import type { Env } from '../runtime/deps.ts'
import type { Settings } from './settings.ts'

/**
 * Whether this process runs in a CI system, and whether that is GitHub Actions.
 *
 * Most systems set `CI=true`, others `CI=1`, `CI=True` (AppVeyor) or `CI=woodpecker`; what only guards against
 * accidents is better set off by all of them.
 */
export function detectCi(env: Env): Settings['ci'] {
  if (isOn(env['GITHUB_ACTIONS'])) return 'github'
  return isOn(env['CI']) ? 'ci' : 'none'
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase())
}
