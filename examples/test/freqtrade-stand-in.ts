// Takes its configuration as freqtrade does, a file below FREQTRADE__ variables, and shows the keys masked.
// https://github.com/freqtrade/freqtrade/blob/stable/freqtrade/configuration/environment_vars.py
import { readFileSync } from 'node:fs'

type Settings = Record<string, unknown>
const PREFIX = 'FREQTRADE__'

/** A number of a text that reads as one, as freqtrade makes it. */
function typed(text: string): unknown {
  if (text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text)
  if (/^(?:t|true)$/i.test(text)) return true
  return /^(?:f|false)$/i.test(text) ? false : text
}

function put(settings: Settings, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) settings[first] = value
  else put((settings[first] ??= {}) as Settings, rest, value)
}

const [, , command, option, file = '', ...others] = process.argv
if (command !== 'trade' || option !== '-c') throw new Error('Start it as: freqtrade trade -c FILE')
const settings = JSON.parse(readFileSync(file, 'utf8')) as Settings
for (const [name, text = ''] of Object.entries(process.env)) {
  if (!name.startsWith(PREFIX)) continue
  put(settings, name.slice(PREFIX.length).toLowerCase().split('__'), typed(text))
}
const { key, name, secret } = settings['exchange'] as Settings
if (typeof key !== 'string' || typeof secret !== 'string') throw new Error('No key, or no secret.')
const [shownKey, shownSecret] = [key, secret].map((value) => `${value.slice(0, 3)}...***`)
console.log(
  `${String(name)}: key ${shownKey}, secret ${shownSecret}, arguments ${others.join(' ')}`,
)
