import { SecretsError } from '../../errors/secrets-error.ts'
import type { AgeIdentity } from './age-file.ts'
import { parseAgeSecretKey } from './age-secret-key.ts'

const ENCRYPTED = /^(?:age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE-----)/

/** Whether the file of an identity is itself an age file, made by `age -p`. */
export function isEncryptedIdentity(file: Buffer): boolean {
  return ENCRYPTED.test(file.toString('latin1', 0, 64).trimStart())
}

/**
 * The identity in a file as age-keygen(1) writes it: comments, and one secret key.
 *
 * @throws STORE_CREDENTIALS naming the path
 */
export function parseIdentity(text: string, path: string): AgeIdentity {
  const keys = text.split('\n').flatMap((line) => {
    const key = line.trim()
    return key === '' || key.startsWith('#') ? [] : [key]
  })
  const [secretKey] = keys
  const scalar = secretKey === undefined ? null : parseAgeSecretKey(secretKey)
  if (keys.length !== 1 || secretKey === undefined || scalar === null) {
    throw new SecretsError('STORE_CREDENTIALS', `This is no identity of age: ${path}`, {
      hint: 'It must hold one line that begins with AGE-SECRET-KEY-1, as age-keygen writes it. Put it back from a backup.',
    })
  }
  return { secretKey, scalar }
}

/** The text of an identity's file, in the form of age-keygen(1). @param created ISO 8601 */
export function formatIdentity(secretKey: string, recipient: string, created: string): string {
  return `# created: ${created}\n# public key: ${recipient}\n${secretKey}\n`
}
