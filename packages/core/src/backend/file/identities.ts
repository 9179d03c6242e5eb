import type { Environment } from '../../credential/exchange.ts'
import type { Redacted } from '../../credential/redacted.ts'
import { createFile } from '../../durable/atomic-file.ts'
import { fileError } from '../../durable/file-error.ts'
import { makePrivateFolder, readPrivateFile } from '../../durable/private-file.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { AgeIdentity } from './age-file.ts'
import { ageLibrary } from './age-library.ts'
import { formatIdentity, isEncryptedIdentity, parseIdentity } from './identity-text.ts'
import type { FileDocumentsOptions } from './options.ts'
import { passphrases } from './passphrase.ts'
import type { VaultFolder } from './vault-folder.ts'

/** The identity of each environment, read once and asked for once in a process. */
export interface Identities {
  /** Where the identity of the environment is, or would be. */
  pathOf(folder: VaultFolder): string
  /** @returns null when there is none. @throws CONFIG, STORE_CREDENTIALS */
  open(folder: VaultFolder, call: Call): Promise<AgeIdentity | null>
  /** Opens the identity; makes it, and the folder, where there is none and it is not kept elsewhere. */
  openOrMake(folder: VaultFolder, call: Call): Promise<AgeIdentity>
}

export function fileIdentities(options: FileDocumentsOptions): Identities {
  const { fs, clock, identityFile = null } = options
  const opened = new Map<Environment, AgeIdentity>()
  const given = passphrases(options)
  const unlocking = new Map<Environment, Promise<AgeIdentity>>()
  const pathOf = (folder: VaultFolder): string => identityFile ?? folder.identityPath

  async function open(folder: VaultFolder, call: Call): Promise<AgeIdentity | null> {
    const { env } = folder
    const known = opened.get(env)
    if (known !== undefined) return known
    const path = pathOf(folder)
    const file = await readPrivateFile(fs, path, `the identity of ${env}`)
    if (file === null) return null
    if (isEncryptedIdentity(file)) return unlockOnce(env, file, path, call)
    return keep(env, parseIdentity(file.toString('utf8'), path))
  }

  function keep(env: Environment, identity: AgeIdentity): AgeIdentity {
    opened.set(env, identity)
    return identity
  }

  /** Concurrent callers share one question; a caller that must not prompt does not wait for its answer. */
  async function unlockOnce(
    env: Environment,
    file: Buffer,
    path: string,
    call: Call,
  ): Promise<AgeIdentity> {
    const known = opened.get(env)
    if (known !== undefined) return known
    const running = call.neverPrompt === true ? undefined : unlocking.get(env)
    if (running !== undefined) return running
    const unlocked = given
      .existing(env, call)
      .then((passphrase) => unlock(file, passphrase, path))
      .then((identity) => keep(env, identity))
    if (call.neverPrompt === true) return unlocked
    unlocking.set(env, unlocked)
    try {
      return await unlocked
    } finally {
      unlocking.delete(env)
    }
  }

  /** @returns null when another process was first: its identity counts */
  async function make(folder: VaultFolder, call: Call): Promise<AgeIdentity | null> {
    const { env, identityPath } = folder
    const { generateX25519Identity, identityToRecipient } = await ageLibrary()
    const secretKey = await generateX25519Identity()
    const created = new Date(clock.now()).toISOString()
    const text = formatIdentity(secretKey, await identityToRecipient(secretKey), created)
    const guarded = options.newIdentity?.(env) === 'passphrase'
    const file = guarded ? await lock(text, await given.chosen(env, call)) : text
    try {
      await makePrivateFolder(fs, options.home)
      await makePrivateFolder(fs, folder.path)
      const first = await createFile(fs, identityPath, file, { clock, call })
      return first ? keep(env, parseIdentity(text, identityPath)) : null
    } catch (error) {
      throw fileError(error, identityPath, `making the identity of ${env}`)
    }
  }

  return {
    pathOf,
    open,
    openOrMake: async (folder, call) => {
      const found = await open(folder, call)
      if (found !== null) return found
      const own = identityFile === null ? await make(folder, call) : null
      const made = own ?? (await open(folder, call))
      if (made === null) throw missingIdentity(folder.env, pathOf(folder))
      return made
    },
  }
}

/** There is something to open, but nothing to open it with. */
export function missingIdentity(env: Environment, path: string): SecretsError {
  return new SecretsError('STORE_CREDENTIALS', `The identity of ${env} is missing: ${path}`, {
    hint: 'Put it back from where you keep a copy, or name another place with MM_SECRETS_IDENTITY_FILE; without it the vault cannot be opened.',
  })
}

async function unlock(file: Buffer, passphrase: Redacted, path: string): Promise<AgeIdentity> {
  const { Decrypter, armor } = await ageLibrary()
  let text: string
  try {
    const decrypter = new Decrypter()
    decrypter.addPassphrase(passphrase.reveal())
    const armored = file.toString('latin1', 0, 64).trimStart().startsWith('-----BEGIN')
    const binary = armored ? armor.decode(file.toString('latin1')) : file
    text = await decrypter.decrypt(binary, 'text')
  } catch (error) {
    throw new SecretsError('STORE_CREDENTIALS', `The identity could not be unlocked: ${path}`, {
      hint: 'The passphrase is wrong, or the file is damaged: age -d on it tells which.',
      cause: error,
    })
  }
  return parseIdentity(text, path)
}

/** What `age -p -a` would write. */
async function lock(text: string, passphrase: Redacted): Promise<string> {
  const { Encrypter, armor } = await ageLibrary()
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase.reveal())
  return armor.encode(await encrypter.encrypt(text))
}
