import type { Env, Finding } from '@mm-secrets/core'
import { fine } from '@mm-secrets/core'
import { looksLikeValue } from '../formats/variable-names.ts'

const CHECK = 'shell'
/** https://www.freqtrade.io/en/stable/configuration/#environment-variables */
const FREQTRADE_VALUE = /^FREQTRADE__EXCHANGE__.*(?:KEY|SECRET|PASSWORD)$/i

/** Values of exchanges among the variables that every program started from here is given; by name alone. */
export function examineShell(env: Env): Finding {
  const names = Object.keys(env).filter((name) => holdsValue(name) && (env[name] ?? '') !== '')
  if (names.length === 0) return fine(CHECK, 'No variable of this shell holds a credential.')
  const list = names.sort().join(', ')
  const exported = names.length === 1 ? `${list} is exported` : `${list} are exported`
  const message = `${exported}: every program that is started here reads the value.`
  if (env['SECRETS_BACKEND'] === 'memory') {
    const fix = 'SECRETS_BACKEND=memory reads it on purpose; unset it when you are done.'
    return { check: CHECK, level: 'note', message, fix }
  }
  const fix = `Save it (mm-secrets save), start programs with mm-secrets run, and: unset ${names.join(' ')}`
  return { check: CHECK, level: 'warning', message, fix }
}

function holdsValue(name: string): boolean {
  return name === 'MM_FAKE_SECRETS_JSON' || looksLikeValue(name) || FREQTRADE_VALUE.test(name)
}
