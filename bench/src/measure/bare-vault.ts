import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Decrypter } from 'age-encryption'

const CIPHER = 'chacha20-poly1305'
const CHUNK_BYTES = 64 * 1024
const TAG = { authTagLength: 16 }
const NONCE = Buffer.alloc(12)

/** The plaintext of the newest version of a vault, as `age -d` would print it. @param folder of the environment */
export async function plaintextOf(folder: string): Promise<Uint8Array> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.age'))
  const newest = names.sort().at(-1) ?? ''
  const identity = await readFile(join(folder, 'identity.txt'), 'utf8')
  const decrypter = new Decrypter()
  decrypter.addIdentity(/^AGE-SECRET-KEY-.*$/m.exec(identity)?.[0] ?? '')
  return decrypter.decrypt(await readFile(join(folder, newest)))
}

/**
 * The least that opening a vault takes: reading the file, ChaCha20-Poly1305 over chunks of 64 KiB as age has it,
 * by OpenSSL, and JSON.parse.
 *
 * @param path of a file that is made here
 * @returns what opens it
 */
export async function bareVault(
  path: string,
  plaintext: Uint8Array,
): Promise<() => Promise<unknown>> {
  const key = randomBytes(32)
  const chunks: Buffer[] = []
  for (let at = 0; at < plaintext.length; at += CHUNK_BYTES) {
    const cipher = createCipheriv(CIPHER, key, NONCE, TAG)
    chunks.push(cipher.update(plaintext.subarray(at, at + CHUNK_BYTES)), cipher.final())
    chunks.push(cipher.getAuthTag())
  }
  await writeFile(path, Buffer.concat(chunks))
  return async () => JSON.parse(openChunks(await readFile(path), key).toString('utf8')) as unknown
}

function openChunks(file: Buffer, key: Buffer): Buffer {
  const opened: Buffer[] = []
  const step = CHUNK_BYTES + TAG.authTagLength
  for (let at = 0; at < file.length; at += step) {
    const chunk = file.subarray(at, at + step)
    const decipher = createDecipheriv(CIPHER, key, NONCE, TAG)
    decipher.setAuthTag(chunk.subarray(-TAG.authTagLength))
    opened.push(decipher.update(chunk.subarray(0, -TAG.authTagLength)), decipher.final())
  }
  return Buffer.concat(opened)
}
