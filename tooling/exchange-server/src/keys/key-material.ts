import { randomBytes, randomInt, randomUUID } from 'node:crypto'

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Members of a new key, as the exchange that makes it forms them. */
export interface KeyMaterial {
  readonly apiKey: string
  readonly secret: string
}

export function bybitMaterial(): KeyMaterial {
  return { apiKey: alphanumeric(18), secret: alphanumeric(36) }
}

export function binanceMaterial(): KeyMaterial {
  return { apiKey: alphanumeric(64), secret: alphanumeric(64) }
}

export function kucoinMaterial(): KeyMaterial {
  return { apiKey: randomBytes(12).toString('hex'), secret: randomUUID() }
}

function alphanumeric(length: number): string {
  return Array.from({ length }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join('')
}
