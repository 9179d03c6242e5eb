import { randomBytes, randomUUID } from 'node:crypto'

/** What an exchange issues, made at run time. */
export interface Pair {
  readonly key: string
  readonly secret: string
}

export interface Triple extends Pair {
  readonly passphrase: string
}

/** 18 and 36 letters and digits. */
export function bybitPair(): Pair {
  return { key: letters(18), secret: letters(36) }
}

/** 64 letters and digits each. */
export function binancePair(): Pair {
  return { key: letters(64), secret: letters(64) }
}

/** 24 hex digits, a UUID, and a passphrase that a person chose. */
export function kucoinTriple(): Triple {
  return { key: randomBytes(12).toString('hex'), secret: randomUUID(), passphrase: letters(14) }
}

/** As `--value-stdin` and `--value-file` take it. */
export function valuesJson({ key, secret, ...rest }: Pair | Triple): string {
  const passphrase = 'passphrase' in rest ? { api_passphrase: rest.passphrase } : {}
  return JSON.stringify({ api_key: key, api_secret: secret, ...passphrase })
}

/** The only form in which a value of twelve characters or more is shown. */
export function masked(value: string): string {
  return `${value.slice(0, 3)}...***`
}

/** Random letters and digits. */
export function letters(length: number): string {
  let text = ''
  while (text.length < length) text += randomBytes(length).toString('base64').replace(/\W/g, '')
  return text.slice(0, length)
}
