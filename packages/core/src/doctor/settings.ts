import type { Environment } from '../credential/exchange.ts'
import type { Finding } from './finding.ts'
import { fine } from './finding.ts'
import type { Settings } from '../settings/settings.ts'

/**
 * What a process with these settings can reach that it perhaps should not.
 *
 * @param stored the environments that are known to hold something
 */
export function examineSettings(
  settings: Settings,
  stored: ReadonlySet<Environment>,
): readonly Finding[] {
  return [
    fine('settings', `The settings are valid; the backend is ${settings.backend}.`),
    pinning(settings, stored),
    ...endpoint(settings),
  ]
}

function pinning(settings: Settings, stored: ReadonlySet<Environment>): Finding {
  const { backend, ci, pin } = settings
  const check = 'pinning'
  if (pin !== null) return fine(check, `This process is pinned to ${pin}.`)
  if (ci !== 'none') return fine(check, 'In CI prod is out of reach.')
  if (!stored.has('prod')) return fine(check, 'There is nothing of prod to reach by accident.')
  if (backend === 'memory') {
    return {
      check,
      level: 'note',
      message:
        'SECRETS_BACKEND=memory serves prod from environment variables: that is break-glass.',
      fix: 'Unset SECRETS_BACKEND once the store works again.',
    }
  }
  return {
    check,
    level: 'note',
    message: 'MM_ENV is not set, so a wrong --env reaches prod from here.',
    fix: 'Pin what runs here to its environment: export MM_ENV=dev',
  }
}

function endpoint({ exchangeEndpoint }: Settings): readonly Finding[] {
  if (exchangeEndpoint === null) return []
  return [
    {
      check: 'endpoint',
      level: 'note',
      message: `MM_EXCHANGE_ENDPOINT leads requests to ${exchangeEndpoint} in place of the exchanges.`,
      fix: 'Unset MM_EXCHANGE_ENDPOINT when you are done trying things.',
    },
  ]
}
