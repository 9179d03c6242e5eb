import type { Finding } from '../../doctor/finding.ts'
import { failing, fine } from '../../doctor/finding.ts'
import { examineFolder } from '../../doctor/folder.ts'
import { examineTime } from '../../doctor/time.ts'
import { fileError } from '../../durable/file-error.ts'
import { readPrivateFile } from '../../durable/private-file.ts'
import type { Call } from '../../runtime/call.ts'
import { recipientCount } from './age-file.ts'
import { deadTemporaries } from './dead-temporaries.ts'
import type { Identities } from './identities.ts'
import { missingIdentity } from './identities.ts'
import { isEncryptedIdentity } from './identity-text.ts'
import type { FileDocumentsOptions } from './options.ts'
import type { VaultFolder, VaultListing } from './vault-folder.ts'
import { listFolder } from './vault-folder.ts'
import type { VaultReader } from './vault-reader.ts'
import { VERSIONS_KEPT } from './vault-writer.ts'
import type { OpenedVersion } from './version-file.ts'
import { readVersionFile } from './version-file.ts'

/** What the examination of one environment looks at. */
export interface Patient {
  readonly options: FileDocumentsOptions
  readonly identities: Identities
  readonly folder: VaultFolder
  readonly reader: VaultReader
}

/** Folder, identity and vault of one environment: permissions, recipients, every version that is kept, leftovers. */
export async function examineVault(patient: Patient, call: Call): Promise<readonly Finding[]> {
  const { folder, options } = patient
  const { env, path } = folder
  const permissions = await examineFolder(options.fs, path, `the folder of ${env}`)
  if (permissions.level === 'error') return [permissions]
  try {
    const listing = await listFolder(options.fs, folder)
    const identity = await examineIdentity(patient, listing)
    const store = await examineStore(patient, identity, call)
    const leftovers = await examineTemporaries(patient, listing)
    return [permissions, identity.finding, ...store, ...leftovers]
  } catch (error) {
    return [permissions, failing('store', fileError(error, path, `examining the vault of ${env}`))]
  }
}

interface ExaminedIdentity {
  readonly finding: Finding
  readonly encrypted: boolean
}

async function examineIdentity(
  { folder, identities, options }: Patient,
  { versions }: VaultListing,
): Promise<ExaminedIdentity> {
  const { env } = folder
  const path = identities.pathOf(folder)
  const check = 'identity'
  let file: Buffer | null
  try {
    file = await readPrivateFile(options.fs, path, `the identity of ${env}`)
  } catch (error) {
    return { finding: failing(check, error), encrypted: false }
  }
  if (file === null) {
    const finding =
      versions.length > 0 || path !== folder.identityPath
        ? failing(check, missingIdentity(env, path))
        : fine(check, `${env} has no identity yet: the first save makes it.`)
    return { finding, encrypted: false }
  }
  const encrypted = isEncryptedIdentity(file)
  const kept = encrypted ? 'protected by a passphrase' : 'kept plain, closed to other users'
  if (encrypted || env !== 'prod' || path !== folder.identityPath) {
    return { finding: fine(check, `The identity of ${env} is ${kept}: ${path}`), encrypted }
  }
  return { finding: plainIdentity(path), encrypted }
}

function plainIdentity(path: string): Finding {
  return {
    check: 'identity',
    level: 'note',
    message: 'The identity of prod has no passphrase: whoever copies the home reads prod.',
    fix: `Give it one: (umask 077; age -p -a -o '${path}.new' '${path}' && mv '${path}.new' '${path}')`,
  }
}

async function examineStore(
  patient: Patient,
  identity: ExaminedIdentity,
  call: Call,
): Promise<readonly Finding[]> {
  const { folder, reader } = patient
  const { env } = folder
  if (identity.encrypted && nobodyKnows(patient, call)) return [locked(patient)]
  let kept: readonly OpenedVersion[]
  try {
    kept = await reader.kept(call)
  } catch (error) {
    const finding = failing('store', error)
    // That the identity is missing was said.
    return [finding.message === identity.finding.message ? unopened(patient) : finding]
  }
  const newest = kept.at(-1)
  if (newest === undefined) return [fine('store', `Nothing is stored in ${env} yet.`)]
  return [
    examineCount(patient, kept.length, newest.number),
    ...(await examineRecipients(patient, newest.number)),
    ...examineTimes(patient, kept),
  ]
}

/** Whether the passphrase of the identity would have to be asked for, and cannot be. */
function nobodyKnows({ options }: Patient, call: Call): boolean {
  const inFile = (options.identityPassphraseFile ?? null) !== null
  return !inFile && (options.askPassphrase === undefined || call.neverPrompt === true)
}

function locked({ folder: { env } }: Patient): Finding {
  return {
    check: 'store',
    level: 'note',
    message: `The vault of ${env} was not looked into: its identity has a passphrase.`,
    fix: `At a terminal, which asks for it: mm-secrets doctor --env ${env}`,
  }
}

function unopened({ folder: { env } }: Patient): Finding {
  const message = `The vault of ${env} could not be looked into.`
  return { check: 'store', level: 'error', message, fix: 'Mend what is said of its identity.' }
}

function examineCount({ folder }: Patient, kept: number, newest: number): Finding {
  if (kept <= VERSIONS_KEPT) {
    const count = kept === 1 ? '1 version is' : `${kept} versions are`
    return fine('store', `The vault of ${folder.env} opens: ${count} kept, up to ${newest}.`)
  }
  return {
    check: 'versions',
    level: 'note',
    message: `The vault of ${folder.env} keeps ${kept} versions, more than the ${VERSIONS_KEPT} that are wanted: old ones could not be removed.`,
    fix: `See who owns them: ls -l '${folder.path}'`,
  }
}

async function examineRecipients(
  { folder, options }: Patient,
  number: number,
): Promise<readonly Finding[]> {
  const file = await readVersionFile(options.fs, folder, number)
  // Pruned meanwhile.
  if (file === null) return []
  const { env } = folder
  const count = recipientCount(file)
  if (count > 1) return [fine('recipients', `${count} identities open the vault of ${env}.`)]
  return [
    {
      check: 'recipients',
      level: 'note',
      message: `One identity alone opens the vault of ${env}: if it is lost, so is everything in it.`,
      fix: `Add a paper key or a second machine (mm-secrets vault recipients add RECIPIENT --env ${env} --label paper), or keep a copy of the identity.`,
    },
  ]
}

function examineTimes(
  { folder, options }: Patient,
  kept: readonly OpenedVersion[],
): readonly Finding[] {
  const found = kept.flatMap(({ content, number }) =>
    examineTime(
      `Version ${number} of the vault of ${folder.env}`,
      Date.parse(content.writtenAt),
      options.clock.now(),
    ),
  )
  // One wrong clock writes many versions.
  return found.slice(-1)
}

async function examineTemporaries(
  { folder, options }: Patient,
  { temporaries }: VaultListing,
): Promise<readonly Finding[]> {
  const dead = await deadTemporaries(options.fs, options.clock, folder.path, temporaries)
  if (dead.length === 0) return []
  const count = dead.length === 1 ? 'A temporary file' : `${dead.length} temporary files`
  return [
    {
      check: 'temporaries',
      level: 'note',
      message: `${count} of writers that died: ${dead.join(', ')}`,
      fix: `The next write removes what is older than an hour; by hand: rm -- ${dead.map((path) => `'${path}'`).join(' ')}`,
    },
  ]
}
