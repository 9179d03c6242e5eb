import type {
  AuditKeys,
  AuditLog,
  AuditSink,
  Backend,
  Deps,
  Secrets,
  Settings,
} from '@mm-secrets/core'
import {
  auditSinks,
  documentBackend,
  fileAuditLog,
  fileTickets,
  guardedSecrets,
  homeAuditKeys,
  seededBackend,
  stderrAuditSink,
} from '@mm-secrets/core'
import type { FileDocuments } from '@mm-secrets/core/file'
import { fileDocuments } from '@mm-secrets/core/file'
import { examineMemory, memoryBackend } from '@mm-secrets/core/memory'
import { awsPlace } from './aws-place.ts'
import { homeAuditLog } from './home-audit-log.ts'
import type { Place } from './place.ts'

/**
 * The one place where settings become a backend: what every face holds, and the only way to it.
 *
 * Nothing is opened before the first verb.
 */
export function openSecrets(settings: Settings, deps: Deps): Secrets {
  const place = placeOf(settings, deps)
  const log = withSinks(settings, place.log, deps)
  const tickets = fileTickets(settings.home, deps.fs, deps.clock)
  return guardedSecrets(() => place.open(), settings, log, tickets, deps)
}

function placeOf(settings: Settings, deps: Deps): Place {
  switch (settings.backend) {
    case 'file':
      return filePlace(settings, deps)
    case 'memory':
      return memoryPlace(settings, deps)
    case 'aws':
      return awsPlace(settings, deps)
  }
}

/** The vault holds the key of the audit chain, and each of its versions the head of the log. */
function filePlace(settings: Settings, deps: Deps): Place {
  const { clock, fs, randomness, warn } = deps
  const { home } = settings
  const documents: FileDocuments = fileDocuments({
    home,
    fs,
    clock,
    randomness,
    warn,
    ...(deps.askPassphrase === undefined ? {} : { askPassphrase: deps.askPassphrase }),
    identityFile: settings.identityFile,
    identityPassphraseFile: settings.identityPassphraseFile,
    newIdentity: (env) => settings.environments[env]?.identity ?? 'plain',
    ownLabel: `${deps.actor.user}@${deps.actor.host}`,
    auditHead: (env) => log.head(env),
  })
  const inHome = homeAuditKeys({ home, fs, clock, randomness })
  const keys: AuditKeys = {
    current: async (env, call) => ({ id: 'vault', key: await documents.auditKey(env, call) }),
    find: async (env, id, call) => {
      if (id === 'home') return inHome.find(env, id, call)
      const found = await documents.read(env, call)
      return found === null ? null : { id, key: Buffer.from(found.document.auditKey, 'base64') }
    },
  }
  const log: AuditLog = fileAuditLog({
    home,
    fs,
    clock,
    keys,
    knownHeads: (env, call) => documents.auditHeads(env, call),
  })
  return {
    log,
    open: () =>
      Promise.resolve({
        backend: withVariables(documentBackend(documents, deps), settings, deps),
        identify: () => Promise.resolve({ place: `file ${home}`, accountId: null, arn: null }),
        examine: (env, call) => documents.examine(env, call),
        keeper: documents.keeper,
      }),
  }
}

/** Memory keeps nothing. */
function memoryPlace(settings: Settings, deps: Deps): Place {
  const { clock, randomness } = deps
  return {
    log: homeAuditLog(settings, deps),
    open: () =>
      Promise.resolve({
        backend: memoryBackend({ clock, randomness, seed: settings.seed }),
        identify: () => Promise.resolve({ place: 'memory', accountId: null, arn: null }),
        examine: () => Promise.resolve([examineMemory()]),
      }),
  }
}

/** With no backend named, exported exchange variables answer for `dev` where the vault has nothing. */
function withVariables(backend: Backend, settings: Settings, deps: Deps): Backend {
  if (settings.backendNamed || settings.seed.size === 0) return backend
  const { clock, randomness, warn } = deps
  return seededBackend(backend, memoryBackend({ clock, randomness, seed: settings.seed }), warn)
}

/** Each event goes to the sinks that its environment names; the file alone can be read back. */
function withSinks(settings: Settings, log: AuditLog, deps: Deps): AuditLog {
  const stderr = stderrAuditSink(deps.record)
  const sinks = { file: log, stderr } satisfies Record<string, AuditSink>
  return {
    ...log,
    append: (event) => {
      const named = settings.environments[event.env]?.auditSinks ?? settings.auditSinks
      return auditSinks(named.map((name) => sinks[name])).append(event)
    },
  }
}
