import type { KeyObject } from 'node:crypto'
import { createDecipheriv, createHmac, getCipherInfo, hkdfSync, timingSafeEqual } from 'node:crypto'
import { ageLibrary } from './age-library.ts'
import { privateKeyOf, publicBytesOf, sharedSecret } from './x25519.ts'

// The format: https://age-encryption.org/v1 (C2SP, age.md). Every command begins by opening a vault, and loading the
// library for that would take longer than the command: so files are opened here with Node's own primitives, and
// written by the library.

const INTRODUCTION = 'age-encryption.org/v1'
const CIPHER = 'chacha20-poly1305'
const TAG_BYTES = 16
const FILE_KEY_BYTES = 16
const NONCE_BYTES = 16
const CHUNK_BYTES = 64 * 1024 + TAG_BYTES
/** A body is wrapped at 64 columns; the line that is shorter, if only by being empty, ends it. */
const BODY_COLUMNS = 64

/** An X25519 identity of age. */
export interface AgeIdentity {
  /** `AGE-SECRET-KEY-1…` */
  readonly secretKey: string
  /** The 32 bytes that it stands for. */
  readonly scalar: Uint8Array
}

/** The file is whole as far as anybody can tell, but none of its stanzas is for this identity. */
export class OtherIdentities extends Error {
  override readonly message = 'age: encrypted to other identities'
}

interface Stanza {
  readonly words: readonly string[]
  readonly body: Buffer
}

/**
 * Opens an age file that was encrypted to an X25519 identity, among others perhaps.
 *
 * @throws Error: not an age file, damaged, truncated, or for other identities
 */
export async function openAgeFile(file: Uint8Array, identity: AgeIdentity): Promise<Buffer> {
  // Electron's BoringSSL lacks the cipher.
  if (getCipherInfo(CIPHER) === undefined) return openWithLibrary(file, identity)
  return openNatively(Buffer.from(file.buffer, file.byteOffset, file.byteLength), identity)
}

/** To how many X25519 recipients a file is encrypted, as its header tells anybody. @throws Error: not an age file */
export function recipientCount(file: Buffer): number {
  return parseHeader(file).stanzas.filter(({ words }) => words[0] === 'X25519').length
}

/** Encrypts to recipients `age1…`, in the binary format. */
export async function sealAgeFile(
  text: string,
  recipients: readonly string[],
): Promise<Uint8Array> {
  const { Encrypter } = await ageLibrary()
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return encrypter.encrypt(text)
}

/** What `openAgeFile` does where the runtime lacks a primitive. */
export async function openWithLibrary(file: Uint8Array, identity: AgeIdentity): Promise<Buffer> {
  const { Decrypter } = await ageLibrary()
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity.secretKey)
  return Buffer.from(await decrypter.decrypt(file))
}

function openNatively(file: Buffer, identity: AgeIdentity): Buffer {
  const { stanzas, authenticated, mac, payload } = parseHeader(file)
  const fileKey = unwrapFileKey(stanzas, identity)
  const expected = createHmac('sha256', derive(fileKey, '', 'header'))
    .update(authenticated)
    .digest()
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
    throw new Error('age: the header was changed')
  }
  const key = derive(fileKey, payload.subarray(0, NONCE_BYTES), 'payload')
  return decryptPayload(payload.subarray(NONCE_BYTES), key)
}

function parseHeader(file: Buffer): {
  stanzas: readonly Stanza[]
  authenticated: Buffer
  mac: Buffer
  payload: Buffer
} {
  const macLine = file.indexOf('\n--- ') + 1
  const end = file.indexOf('\n', macLine)
  if (macLine === 0 || end === -1) throw new Error('age: no complete header')
  const lines = file.toString('latin1', 0, macLine - 1).split('\n')
  if (lines.shift() !== INTRODUCTION) throw new Error('age: not an age file')
  return {
    stanzas: parseStanzas(lines),
    authenticated: file.subarray(0, macLine + '---'.length),
    mac: decodeBase64(file.toString('latin1', macLine + '--- '.length, end)),
    payload: file.subarray(end + 1),
  }
}

function parseStanzas(lines: readonly string[]): readonly Stanza[] {
  const stanzas: Stanza[] = []
  for (let at = 0; at < lines.length;) {
    const [arrow, ...words] = lines[at++]?.split(' ') ?? []
    if (arrow !== '->') throw new Error('age: a malformed stanza')
    let body = ''
    for (;;) {
      const line = lines[at++]
      if (line === undefined) throw new Error('age: a stanza without its end')
      body += line
      if (line.length < BODY_COLUMNS) break
    }
    stanzas.push({ words, body: decodeBase64(body) })
  }
  return stanzas
}

/** Base64 without padding; Node's decoder would take what is not canonical. */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64').replace(/=+$/, '') !== text) throw new Error('age: malformed base64')
  return bytes
}

function unwrapFileKey(stanzas: readonly Stanza[], identity: AgeIdentity): Buffer {
  const privateKey = privateKeyOf(identity.scalar)
  for (const { words, body } of stanzas) {
    const [type, share] = words
    if (type !== 'X25519' || share === undefined) continue
    const fileKey = unwrapStanza(decodeBase64(share), body, privateKey)
    if (fileKey !== null) return fileKey
  }
  throw new OtherIdentities()
}

/** @returns null when the stanza is for someone else */
function unwrapStanza(share: Buffer, body: Buffer, privateKey: KeyObject): Buffer | null {
  const secret = sharedSecret(privateKey, share)
  const salt = Buffer.concat([share, publicBytesOf(privateKey)])
  const key = derive(secret, salt, `${INTRODUCTION}/X25519`)
  if (body.length !== FILE_KEY_BYTES + TAG_BYTES) throw new Error('age: a malformed stanza')
  try {
    return decryptChunk(body, key, Buffer.alloc(12))
  } catch {
    return null
  }
}

/** STREAM: the nonce counts the chunks in its first eleven bytes, and its last byte marks the last one. */
function decryptPayload(payload: Buffer, key: Buffer): Buffer {
  const chunks: Buffer[] = []
  const nonce = Buffer.alloc(12)
  for (let at = 0; ; at += CHUNK_BYTES) {
    const chunk = payload.subarray(at, at + CHUNK_BYTES)
    const last = at + CHUNK_BYTES >= payload.length
    nonce.writeUInt32BE(chunks.length, 7)
    nonce[11] = last ? 1 : 0
    if (chunk.length < TAG_BYTES) throw new Error('age: truncated')
    if (at > 0 && chunk.length === TAG_BYTES) throw new Error('age: an empty last chunk')
    chunks.push(decryptChunk(chunk, key, nonce))
    if (last) return Buffer.concat(chunks)
  }
}

function decryptChunk(sealed: Buffer, key: Buffer, nonce: Buffer): Buffer {
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const opened = decipher.update(sealed.subarray(0, -TAG_BYTES))
  return Buffer.concat([opened, decipher.final()])
}

function derive(secret: Buffer, salt: Buffer | string, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32))
}
