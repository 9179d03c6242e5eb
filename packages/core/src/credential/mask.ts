import type { KeyType } from './exchange.ts'

const HIDDEN = '***'
const SHOWN_CHARACTERS = 3

/** Shorter than this, three characters would be too much of the value. */
const SHORTEST_SHOWN = 12

/**
 * The only form in which a value is ever shown: its first three characters and `...***`.
 *
 * A value of fewer than twelve characters, a passphrase and a PEM block show `***` alone: three characters of
 * the first two give too much away, and the third always begins alike.
 *
 * @param value the secret value
 * @param keyType what the value is, where that is known
 */
export function mask(value: string, keyType?: KeyType | null): string {
  if (keyType === 'api_passphrase' || isPem(value)) return HIDDEN
  const characters = [...value]
  if (characters.length < SHORTEST_SHOWN) return HIDDEN
  return `${characters.slice(0, SHOWN_CHARACTERS).join('')}...${HIDDEN}`
}

/** Whether a value is a PEM block (RFC 7468), as RSA and Ed25519 private keys are stored. */
export function isPem(value: string): boolean {
  return value.trimStart().startsWith('-----BEGIN ')
}
