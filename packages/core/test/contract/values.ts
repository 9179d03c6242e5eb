import { createHash } from 'node:crypto'
import type { WholeMembers } from '../../src/credential/credential.ts'
import type { Exchange } from '../../src/credential/exchange.ts'
import { Redacted } from '../../src/credential/redacted.ts'

/** A whole credential in the shape that the exchange issues, made from a label: the same label, the same values. */
export function valuesFor(exchange: Exchange, label: string): WholeMembers {
  const part = (keyType: string): string =>
    createHash('sha512').update(`${exchange} ${keyType} ${label}`).digest('hex')
  const key = part('api_key')
  const secret = part('api_secret')
  switch (exchange) {
    case 'bybit':
      return members(letters(key, 18), letters(secret, 36))
    case 'binance':
      return members(letters(key, 64), letters(secret, 64))
    case 'kucoin':
      return {
        ...members(key.slice(0, 24), uuid(secret)),
        api_passphrase: new Redacted(`pass ${part('api_passphrase').slice(0, 12)}`),
      }
  }
}

function members(key: string, secret: string): WholeMembers {
  return { api_key: new Redacted(key), api_secret: new Redacted(secret) }
}

function letters(hex: string, length: number): string {
  const text = Buffer.from(hex, 'hex').toString('base64').replaceAll(/[+/=]/g, '')
  return text.repeat(2).slice(0, length)
}

function uuid(hex: string): string {
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
