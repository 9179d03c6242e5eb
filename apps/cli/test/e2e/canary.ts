import { lstatSync, readFileSync } from 'node:fs'
import { letters } from './keys.ts'
import { pathsBelow } from './snapshot.ts'

/** A value that must be seen nowhere, and where it was planted. */
export interface Canary {
  readonly planted: string
  readonly value: string
}

/** Shorter pieces may turn up by chance. */
const PIECE = 8

/** The first three characters of a value are what a mask shows. */
const SHOWN = 3

/** Of the form of a Bybit secret, 36 letters and digits. */
export function canary(planted: string, length = 36): Canary {
  return { planted, value: `k${letters(length - 1)}` }
}

/** With characters that JSON, shells and URLs write in another way. */
export function awkwardCanary(planted: string): Canary {
  return { planted, value: `${letters(12)}/+"=%&${letters(12)}` }
}

/** Which canaries a text holds, and in what form; the values themselves are not told. */
export function findCanaries(text: string, canaries: readonly Canary[]): readonly string[] {
  return canaries.flatMap(({ planted, value }) => {
    const forms = Object.entries(formsOf(value))
    const [form] = forms.find(([, pieces]) => pieces.some((piece) => text.includes(piece))) ?? []
    return form === undefined ? [] : [`${planted}, ${form}`]
  })
}

/** The same for every file below a folder, by its path. */
export function findInFiles(
  folder: string,
  canaries: readonly Canary[],
  except: readonly string[] = [],
): readonly string[] {
  return pathsBelow(folder).flatMap((path) => {
    if (except.includes(path)) return []
    const names = findCanaries(path, canaries)
    const content = lstatSync(path).isFile() ? readFileSync(path, 'latin1') : ''
    return [...names, ...findCanaries(content, canaries)].map((found) => `${path}: ${found}`)
  })
}

function formsOf(value: string): Readonly<Record<string, readonly string[]>> {
  const hidden = value.slice(SHOWN)
  const hex = Buffer.from(hidden).toString('hex')
  return {
    'as it is': windows(value),
    reversed: windows([...value].reverse().join('')),
    'in base64': base64Forms(value),
    'in hex': [hex, hex.toUpperCase()],
    'as in a URL': [encodeURIComponent(hidden), encodeURIComponent(value)],
    'as in JSON': [JSON.stringify(hidden).slice(1, -1)],
  }
}

/** Every piece of the least length that is not to turn up by chance. */
function windows(text: string): readonly string[] {
  return Array.from({ length: text.length - PIECE + 1 }, (_, at) => text.slice(at, at + PIECE))
}

/** Within a longer text a value begins at one of three places in a group of base64; its ends depend on neighbours. */
function base64Forms(value: string): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.from('\0'.repeat(offset) + value).toString('base64')
    const sure = whole.replace(/=+$/, '').slice(offset === 0 ? 0 : offset + 1, -2)
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
