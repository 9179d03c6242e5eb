import type { Environment } from '../credential/exchange.ts'
import type { Settings } from './settings.ts'

/** Whether a read is the emergency procedure: prod without its store, from the environment's variables. */
export function isBreakGlass(settings: Pick<Settings, 'backend'>, env: Environment): boolean {
  return settings.backend === 'memory' && env === 'prod'
}

/** The one loud line for the person, in front of the values. */
export function breakGlassWarning(env: Environment): string {
  return `BREAK-GLASS: a credential of ${env} comes from environment variables (SECRETS_BACKEND=memory), not from its store. This is recorded; return to the store as soon as you can.`
}
