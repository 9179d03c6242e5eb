import * as fs from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import type {
  AccessTrail,
  AuditEvent,
  AuditLog,
  AuditRecord,
  Backend,
  CredentialRef,
  Deps,
  Tickets,
  VaultKeeper,
  VersionId,
} from '@mm-secrets/core'
import { formatRef, guardedSecrets, loadSettings } from '@mm-secrets/core'
import { examineMemory, memoryBackend } from '@mm-secrets/core/memory'
import type { Terminal } from '../../src/context.ts'
import type { Standing } from '../../src/git/git.ts'
import { prepareArguments } from '../../src/input/argv.ts'
import { warn } from '../../src/output/messages.ts'
import { runCli } from '../../src/run.ts'

const NOW = Date.UTC(2026, 10, 25)

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** A person at a terminal, and what they answer, in order; a function is something that happens while they think. */
  readonly answers?: readonly (string | boolean | (() => Promise<string>))[]
  readonly stdin?: string
  readonly columns?: number
  /** What git says of every file. @default 'outside' */
  readonly git?: Standing
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What was asked. */
  readonly questions: readonly string[]
}

export interface FakeCli {
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<Outcome>
  readonly pass: (ms: number) => void
  readonly events: readonly AuditEvent[]
}

interface FakeParts {
  /** Of vaults; without one there are none, as it is with memory. */
  readonly keeper?: VaultKeeper
  /** What the audit log's records are under. */
  readonly auditKey?: AuditRecord['key']
  /** The log that the store keeps by itself; without one it keeps none, as it is with memory. */
  readonly trail?: AccessTrail
  /** Another store over the one in memory. */
  readonly seenAs?: (memory: Backend) => Backend
}

/**
 * The whole program in one process, over a store in memory that lasts from one command to the next. With `answers` it
 * runs at a terminal, without them in a script.
 */
export function fakeCli({
  auditKey = 'vault',
  keeper,
  seenAs = (memory) => memory,
  trail,
}: FakeParts = {}): FakeCli {
  let now = NOW
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const backend = seenAs(memoryBackend({ clock, randomness, seed: new Map() }))
  const audit = memoryAudit(auditKey)
  const tickets = memoryTickets()

  async function run(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const out: string[] = []
    const err: string[] = []
    const questions: string[] = []
    const isTty = options.answers !== undefined
    const answers = [...(options.answers ?? [])]
    const columns = options.columns ?? 120
    const answer = async (message: string): Promise<never> => {
      questions.push(message)
      const next = answers.shift()
      if (next === undefined) throw new Error(`Nobody expected to be asked: ${message}`)
      return (typeof next === 'function' ? await next() : next) as never
    }
    const terminal: Terminal = {
      stdin: {
        isTty,
        readAll: () => Promise.resolve(Buffer.from(options.stdin ?? '', 'utf8')),
      },
      stdout: { isTty, columns, write: (text) => void out.push(text) },
      stderr: { isTty, columns, write: (text) => void err.push(text) },
      env: { NO_COLOR: '1', ...options.env },
      platform: 'linux',
      clock,
      fs,
      signal: new AbortController().signal,
      prompts: {
        secret: answer,
        line: answer,
        confirm: answer,
      },
      openGit: () => Promise.resolve({ standing: () => Promise.resolve(options.git ?? 'outside') }),
      openPrograms: () => Promise.reject(new Error('There are no programs here.')),
      openSession: async (self) => {
        const env = { MM_SECRETS_HOME: '/nonexistent/mm-secrets', ...options.env }
        const settings = await loadSettings(env, 'linux', fs)
        const deps: Deps = {
          clock,
          randomness,
          fs,
          env,
          fetch: () => Promise.reject(new Error('There is no network here.')),
          actor: { face: 'cli', user: 'ada', host: 'desk' },
          warn: (line) => {
            warn(self, line)
          },
          record: () => Promise.reject(new Error('Records go to memory here.')),
        }
        const open = () =>
          Promise.resolve({
            backend,
            identify: () => Promise.resolve({ place: 'memory', accountId: null, arn: null }),
            examine: () => Promise.resolve([examineMemory()]),
            ...(keeper === undefined ? {} : { keeper }),
            ...(trail === undefined ? {} : { trail }),
          })
        return { settings, secrets: guardedSecrets(open, settings, audit, tickets, deps) }
      },
    }
    const code = await runCli(prepareArguments(argv), '1.2.3', terminal)
    return { code, stdout: out.join(''), stderr: err.join(''), questions }
  }

  return {
    run,
    pass: (ms) => {
      now += ms
    },
    events: audit.events,
  }
}

/** A realistic key, made at run time: 18 letters and digits as Bybit issues them. */
export function someKey(): string {
  return randomText(18)
}

/** A realistic secret: 36 letters and digits. */
export function someSecret(): string {
  return randomText(36)
}

function randomText(length: number): string {
  return randomBytes(length * 2)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, length)
}

function randomness(bytes: number): Uint8Array {
  return new Uint8Array(randomBytes(bytes))
}

function memoryAudit(
  key: AuditRecord['key'],
): AuditLog & { readonly events: readonly AuditEvent[] } {
  const all: AuditRecord[] = []
  const of = (env: string) => all.filter((record) => record.env === env)
  return {
    events: all,
    append: (event) => {
      const sequence = of(event.env).length + 1
      all.push({ ...event, key, sequence, mac: String(sequence).padStart(64, '0') })
      return Promise.resolve()
    },
    head: (env) => {
      const last = of(env).at(-1)
      return Promise.resolve(last === undefined ? null : { sequence: last.sequence, mac: last.mac })
    },
    async *records(env) {
      yield* await Promise.resolve(of(env))
    },
    verify: (env, exported) => {
      const missing = exported.some(({ sequence }) => sequence > of(env).length)
      const broken = missing ? 'record 9 is missing' : null
      const records = of(env).length
      return Promise.resolve({ records, homeKeyRecords: key === 'home' ? records : 0, broken })
    },
  }
}

function memoryTickets(): Tickets {
  const kept = new Map<string, VersionId>()
  const key = (ref: CredentialRef) => formatRef(ref)
  return {
    find: (ref) => Promise.resolve(kept.get(key(ref)) ?? null),
    keep: (ref, ticket) => {
      kept.set(key(ref), ticket)
      return Promise.resolve()
    },
    drop: (ref) => {
      kept.delete(key(ref))
      return Promise.resolve()
    },
  }
}
