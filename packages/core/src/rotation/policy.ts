import type { Environment, Exchange } from '../credential/exchange.ts'
import type { Settings } from '../settings/settings.ts'

/** How old a key may grow, in days, where `config.json` says nothing else. */
const DEFAULT_DAYS = 90
const BYBIT_DAYS: Readonly<Record<Environment, number>> = {
  dev: 180,
  shadow: 90,
  soak: 90,
  prod: 30,
}

/** The rotation period of a credential, in days. */
export function rotationDays(
  settings: Pick<Settings, 'environments'>,
  env: Environment,
  exchange: Exchange,
): number {
  const configured = settings.environments[env]?.rotationDays?.[exchange]
  if (configured !== undefined) return configured
  return exchange === 'bybit' ? BYBIT_DAYS[env] : DEFAULT_DAYS
}
