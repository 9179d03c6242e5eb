import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption'
import { afterEach, beforeEach } from 'vitest'
import type { FileDocuments, FileDocumentsOptions } from '../../../src/backend/file/index.ts'
import { fileDocuments } from '../../../src/backend/file/index.ts'
import { parseIdentity } from '../../../src/backend/file/identity-text.ts'
import { seenNameOf } from '../../../src/backend/file/seen.ts'
import { vaultFolder } from '../../../src/backend/file/vault-folder.ts'
import type { Call } from '../../../src/runtime/call.ts'
import { newCall } from '../../../src/runtime/call.ts'
import { systemClock } from '../../../src/runtime/clock.ts'

/** A home of its own for each test, and what tests do to the vault of `dev` in it. */
export interface VaultDesk {
  readonly home: string
  readonly folder: string
  readonly identityPath: string
  readonly warnings: readonly string[]
  /** The vaults of this home as a new process sees them. */
  open(options?: Partial<FileDocumentsOptions>): FileDocuments
  /** So many versions after those that are there; each holds `{ mark: { number } }`. */
  writeVersions(documents: FileDocuments, count: number): Promise<void>
  vaultPath(number: number): string
  seenPath(number: number): string
  identity(): Promise<string>
  /** A version in clear. */
  decrypt(number: number): Promise<Record<string, unknown>>
  /** Encrypts text to the recipient of the vault's identity, as anybody can who knows it. */
  encrypt(text: string, number: number): Promise<void>
}

export const call = (): Call => newCall(systemClock)

export function useVaultDesk(): VaultDesk {
  let home = ''
  let warnings: string[] = []
  beforeEach(async () => {
    warnings = []
    home = join(await fs.mkdtemp(join(tmpdir(), 'mm-vault-')), 'home')
  })
  afterEach(async () => {
    await fs.rm(join(home, '..'), { recursive: true, force: true })
  })
  const inFolder = (name: string): string => join(home, 'dev', name)
  const desk: VaultDesk = {
    get home() {
      return home
    },
    get folder() {
      return join(home, 'dev')
    },
    get identityPath() {
      return inFolder('identity.txt')
    },
    get warnings() {
      return warnings
    },
    open: (options) => fileDocuments({ ...defaults(home, warnings), ...options }),
    writeVersions: async (documents, count) => {
      const first = (await documents.read('dev', call()))?.revision ?? 0
      for (let number = first + 1; number <= first + count; number += 1) {
        const written = await documents.replace('dev', marked(number), number - 1, call())
        if (!written) throw new Error(`Version ${number} was not written.`)
      }
    },
    vaultPath: (number) => inFolder(`vault.v${String(number).padStart(6, '0')}.age`),
    seenPath: (number) => {
      const identity = parseIdentity(readFileSync(desk.identityPath, 'utf8'), desk.identityPath)
      return vaultFolder(home, 'dev').seenPath(seenNameOf(identity, number))
    },
    identity: async () => {
      const text = await fs.readFile(desk.identityPath, 'utf8')
      return text.split('\n').find((line) => !line.startsWith('#')) ?? ''
    },
    decrypt: async (number) => {
      const decrypter = new Decrypter()
      decrypter.addIdentity(await desk.identity())
      const text = await decrypter.decrypt(await fs.readFile(desk.vaultPath(number)), 'text')
      return JSON.parse(text) as Record<string, unknown>
    },
    encrypt: async (text, number) => {
      const encrypter = new Encrypter()
      encrypter.addRecipient(await identityToRecipient(await desk.identity()))
      await fs.writeFile(desk.vaultPath(number), await encrypter.encrypt(text), { mode: 0o600 })
    },
  }
  return desk
}

export function marked(number: number): { credentials: Record<string, unknown> } {
  return { credentials: { mark: { number } } }
}

function defaults(home: string, warnings: string[]): FileDocumentsOptions {
  return {
    home,
    fs,
    clock: systemClock,
    randomness: randomBytes,
    warn: (line) => warnings.push(line),
    auditHead: () => Promise.resolve(null),
  }
}
