import type {
  SecretDescription,
  SecretStore,
  SecretVersion,
} from '../../src/backend/paired/secret-store.ts'
import type { Instant, VersionId } from '../../src/credential/version.ts'
import type { Call } from '../../src/runtime/call.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Outcome } from './outcome.ts'
import { EPOCH } from './secret-semantics.ts'
import type { Reply, StoreCall } from './store-call.ts'
import { textOf } from './store-call.ts'
import type { Subject } from './subject.ts'

/** A call that a process waits for. `key` tells it from every other call of the same process. */
export interface WaitingCall {
  readonly key: string
  readonly call: StoreCall
}

/** What a process runs: real code over the given store and clock. It ends with an outcome, whatever happens. */
export type Program = (store: SecretStore, clock: Clock) => Promise<Outcome>

/** A process that runs until every promise that it waits for is one of ours. */
export interface LiveProcess {
  readonly waiting: readonly WaitingCall[]
  /** null: it still runs. */
  readonly outcome: Outcome | null
  /** Answers one of the calls that it waits for; then `settle` before looking again. */
  answer(key: string, reply: Reply): void
}

/** Past every deadline. */
const LATE_MS = 120_000

/**
 * Starts a program.
 *
 * @param known replies to its first calls, by key: it gets them without waiting. So a process is brought back to where
 *   it was by its history alone.
 */
export function startProcess(
  program: Program,
  subject: Subject,
  known: ReadonlyMap<string, Reply> = new Map(),
): LiveProcess {
  const waiting = new Map<string, { call: StoreCall; resolve: (reply: Reply) => void }>()
  const asked = new Map<string, number>()
  let elapsed = 0
  let outcome: Outcome | null = null
  const clock: Clock = {
    now: () => EPOCH + elapsed,
    sleep: async (ms) => {
      await issue({ op: 'sleep', ms })
      elapsed += ms
    },
  }

  async function issue(call: StoreCall): Promise<Reply> {
    const text = textOf(call)
    const count = (asked.get(text) ?? 0) + 1
    asked.set(text, count)
    const key = count === 1 ? text : `${text} #${count}`
    const reply =
      known.get(key) ??
      (await new Promise<Reply>((resolve) => {
        waiting.set(key, { call, resolve })
      }))
    if (reply.kind !== 'late') return reply
    elapsed += LATE_MS
    return reply.reply
  }

  void program(storeOver(issue, clock, subject), clock).then((ended) => {
    outcome = ended
  })
  return {
    get waiting() {
      return [...waiting].map(([key, { call }]) => ({ key, call }))
    },
    get outcome() {
      return outcome
    },
    answer: (key, reply) => {
      const found = waiting.get(key)
      if (found === undefined) throw new Error(`No process waits for ${key}.`)
      waiting.delete(key)
      found.resolve(reply)
    },
  }
}

/** Resolves when every process has run as far as it can: the microtasks are done. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** The port over whoever answers calls. */
export function storeOver(
  issue: (call: StoreCall) => Promise<Reply>,
  clock: Clock,
  { SecretsError, Redacted }: Subject,
): SecretStore {
  async function ask<T>(given: StoreCall, call: Call, take: (reply: Reply) => T): Promise<T> {
    if (clock.now() > call.deadline) {
      throw new SecretsError('UNAVAILABLE', 'The simulated store did not answer in time.')
    }
    const reply = await issue(given)
    if (reply.kind === 'error') throw new SecretsError(reply.code, reply.message)
    return take(reply)
  }
  const nothing = (): void => undefined

  return {
    get: (name, which, call) =>
      ask({ op: 'get', name, which }, call, (reply) =>
        reply.kind === 'value' ? { ...reply.version, value: new Redacted(reply.value) } : null,
      ),
    describe: (name, call) =>
      ask({ op: 'describe', name }, call, (reply) =>
        reply.kind === 'description' ? reply.description : null,
      ),
    async *list(prefix, call): AsyncGenerator<readonly SecretDescription[]> {
      yield await ask({ op: 'list', prefix }, call, (reply) =>
        reply.kind === 'page' ? reply.page : [],
      )
    },
    dates: (name, call) =>
      ask({ op: 'dates', name }, call, (reply): ReadonlyMap<VersionId, Instant> | null =>
        reply.kind === 'dates' ? new Map(reply.dates) : null,
      ),
    create: (name, tags, call) =>
      ask({ op: 'create', name, tags }, call, (reply) => expected(reply, 'created').isNew),
    put: (name, { id, value, labels }, call) =>
      ask(
        { op: 'put', name, id, value: value.reveal(), labels },
        call,
        (reply): SecretVersion => expected(reply, 'version').version,
      ),
    moveLabel: (name, label, from, to, call) =>
      ask(
        { op: 'moveLabel', name, label, from, to },
        call,
        (reply) => expected(reply, 'moved').outcome,
      ),
    tag: (name, tags, call) => ask({ op: 'tag', name, tags }, call, nothing),
    delete: (name, recoveryDays, call) =>
      ask(
        { op: 'delete', name, recoveryDays },
        call,
        (reply) => expected(reply, 'instant').instant,
      ),
    restore: (name, call) => ask({ op: 'restore', name }, call, nothing),
  }
}

function expected<K extends Reply['kind']>(reply: Reply, kind: K): Extract<Reply, { kind: K }> {
  if (reply.kind === kind) return reply as Extract<Reply, { kind: K }>
  throw new Error(`The simulated world answered with ${reply.kind} in place of ${kind}.`)
}
