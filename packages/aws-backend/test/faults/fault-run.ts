import type {
  Backend,
  Clock,
  CredentialRef,
  Exchange,
  KeyType,
  Layout,
  Pending,
  SecretStore,
} from '@mm-secrets/core'
import {
  KEY_TYPES,
  credentialRef,
  errorCode,
  newCall,
  pairedBackend,
  secretName,
  systemClock,
} from '@mm-secrets/core'
import type { RunningServer } from '@mm-secrets/secrets-manager-server'
import { startServer } from '@mm-secrets/secrets-manager-server'
import { awsBackend, awsSecretStore } from '../../src/index.ts'
import { optionsFor } from '../stores.ts'
import type { AnchorHistory } from './anchor-history.ts'
import { PLACE, watchAnchors } from './anchor-history.ts'
import type { Entry } from './ledger.ts'
import { anchorName, judge, newLedger } from './ledger.ts'
import type { Process } from './operations.ts'
import {
  describe,
  list,
  read,
  remove,
  restore,
  rollBack,
  save,
  saveInHalves,
} from './operations.ts'
import { startVirtualTime } from './virtual-time.ts'

/** Shares of the requests. Half of the errors come after the request was applied, and so do all resets. */
const FAULTS = {
  throttleRate: 0.3,
  errorRate: 0.05,
  lateErrorRate: 0.05,
  hangRate: 0.05,
  lostReplyRate: 0.05,
} as const

export interface FaultRun {
  readonly entries: readonly Entry[]
  /** What must never be, in words. */
  readonly violations: readonly string[]
  readonly torn: number
  readonly requests: number
  readonly acknowledged: number
}

type Change = (store: SecretStore) => SecretStore

const PROCESSES = 8
const WORKERS_EACH = 6

/**
 * Many operations of several processes on the same credentials, on a server that fails half of all requests, in time
 * that passes only while everybody waits.
 *
 * @param change makes a worse store of each process's own, to see that it is found out
 */
export async function faultRun(
  operations: number,
  seed: number,
  change: Change = (store) => store,
): Promise<FaultRun> {
  const server = await startServer({ seed })
  // Loading the SDK is no work of an operation.
  await newBackend(server, systemClock).describe(account('bybit', 'none'), newCall(systemClock))
  const time = startVirtualTime(() => server.requests.count())
  try {
    return await run(server, time.clock, operations, randomFrom(seed), change)
  } finally {
    time.stop()
    await server.close()
  }
}

async function run(
  server: RunningServer,
  clock: Clock,
  operations: number,
  random: Random,
  change: Change,
): Promise<FaultRun> {
  const history = watchAnchors(server)
  const ledger = newLedger(history, clock, layoutOf)
  const processes = Array.from({ length: PROCESSES }, () => ({
    backend: newBackend(server, clock, change),
    clock,
    ledger,
  }))
  const [first] = processes
  if (first === undefined) throw new Error('There are no processes.')
  for (const ref of REFS) await save(first, ref, 'save', layoutOf(ref))
  const before = ledger.entries.length

  server.knobs.set(FAULTS)
  server.requests.clear()
  let left = operations
  const work = async (process: Process): Promise<void> => {
    while (left-- > 0) await something(process, processes, random)
  }
  const workers = processes.flatMap((process) =>
    Array.from({ length: WORKERS_EACH }, () => process),
  )
  await Promise.all(workers.map(work))
  const requests = server.requests.count()
  server.knobs.set({
    throttleRate: 0,
    errorRate: 0,
    lateErrorRate: 0,
    hangRate: 0,
    lostReplyRate: 0,
  })

  const entries = ledger.entries.slice(before)
  await settle({ backend: newBackend(server, clock), clock, ledger }, history, server)
  const violations = judge(ledger, history, layoutOf)
  const acknowledged = [...ledger.writes.values()].filter(({ told }) => told === 'live').length
  return { entries, violations, torn: ledger.torn, requests, acknowledged }
}

function newBackend(server: RunningServer, clock: Clock, change?: Change): Backend {
  const options = { ...optionsFor(server.url, { clock }), warn: () => undefined }
  return change === undefined
    ? awsBackend(options)
    : pairedBackend(change(awsSecretStore(options)), options)
}

/** Once nothing fails any more, what was acknowledged is there for a process that knows nothing. */
async function settle(
  process: Process,
  history: AnchorHistory,
  server: RunningServer,
): Promise<void> {
  const { backend, clock, ledger } = process
  for (const ref of new Set([...ledger.writes.values()].map((write) => write.ref))) {
    const found = await backend.describe(ref, newCall(clock))
    if (found === null) continue
    const state = found.deletedUntil === null ? found : await backend.restore(ref, newCall(clock))
    for (const write of ledger.writes.values()) {
      const waits = write.ref === ref && write.told === 'pending' && write.base === state.current
      if (waits && !state.pending.some(({ versionId }) => versionId === write.id)) {
        ledger.violation(`lost: a half of ${secretName(ref, 'api_key')}, ${write.id}`)
      }
    }
    for (const pending of state.pending) {
      if (pending.phase !== 'written') await resume(process, ref, pending)
    }
    const last = history.chain(anchorName(ref, layoutOf)).at(-1)
    if (last === undefined || state.current === null) continue
    await read(process, ref)
    for (const keyType of layoutOf(ref) === 'json'
      ? (['json'] as const)
      : KEY_TYPES[ref.exchange]) {
      const secret = server.store.at(PLACE).find(secretName(ref, keyType))
      if (secret?.labels.get('AWSCURRENT') === last) continue
      ledger.violation(`${secretName(ref, keyType)} is not in step`)
    }
  }
}

/** Of several that were decided, one can become current. */
async function resume(
  { backend, clock, ledger }: Process,
  ref: CredentialRef,
  pending: Pending,
): Promise<void> {
  await backend.commit(ref, pending, newCall(clock)).catch((error: unknown) => {
    const code = errorCode(error)
    if (code === 'CONFLICT' || code === 'SUPERSEDED') return
    ledger.violation(`${secretName(ref, 'api_key')} does not come to rest: ${String(error)}`)
  })
}

type Random = () => number

function account(
  exchange: Exchange,
  name: string,
  env: 'shadow' | 'dev' = 'shadow',
): CredentialRef {
  return credentialRef({ env, exchange, account: name })
}

const PAIRS = Array.from({ length: 24 }, (_, index) => account('bybit', `pair${index}`))
const TRIPLES = Array.from({ length: 12 }, (_, index) => account('kucoin', `triple${index}`))
const JSONS = Array.from({ length: 8 }, (_, index) => account('binance', `json${index}`))
/** These are deleted and restored beside what else is done to them. */
const COMING_AND_GOING = Array.from({ length: 6 }, (_, index) => account('bybit', `gone${index}`))
const REFS: readonly CredentialRef[] = [...PAIRS, ...TRIPLES, ...JSONS, ...COMING_AND_GOING]

function layoutOf({ exchange }: CredentialRef): Layout {
  return exchange === 'binance' ? 'json' : 'pair'
}

const ORDERS: Readonly<Record<'bybit' | 'kucoin', readonly (readonly KeyType[])[]>> = {
  bybit: [
    ['api_key', 'api_secret'],
    ['api_secret', 'api_key'],
  ],
  kucoin: [
    ['api_key', 'api_secret', 'api_passphrase'],
    ['api_passphrase', 'api_secret', 'api_key'],
  ],
}

let newest = 0

/** As bots and people do: many reads, some rotations, and now and then everything else. */
async function something(
  process: Process,
  processes: readonly Process[],
  random: Random,
): Promise<void> {
  const ref = pick(REFS, random)
  const dice = random()
  if (dice < 0.64) return read(process, ref)
  if (dice < 0.68) return describe(process, ref)
  if (dice < 0.72) return list(process, REFS)
  if (dice < 0.86) return save(process, ref, 'rotate', layoutOf(ref))
  if (dice < 0.89) return rollBack(process, ref)
  if (dice < 0.93) return firstSave(process, processes, random)
  if (dice < 0.95) return halves(processes, random)
  if (dice < 0.975) return remove(process, pick(COMING_AND_GOING, random))
  return restore(process, pick(COMING_AND_GOING, random))
}

/** Of a credential that never was; sometimes two do it at once. */
async function firstSave(
  process: Process,
  processes: readonly Process[],
  random: Random,
): Promise<void> {
  const exchange = pick(['bybit', 'kucoin', 'binance'] as const, random)
  const ref = account(exchange, `new${++newest}`, 'dev')
  const both = random() < 0.3 ? [process, pick(processes, random)] : [process]
  await Promise.all(both.map((each) => save(each, ref, 'save', layoutOf(ref))))
}

async function halves(processes: readonly Process[], random: Random): Promise<void> {
  const exchange = random() < 0.6 ? 'bybit' : 'kucoin'
  const known = exchange === 'bybit' ? PAIRS : TRIPLES
  const ref = random() < 0.7 ? pick(known, random) : account(exchange, `new${++newest}`, 'dev')
  const both = [pick(processes, random), pick(processes, random)]
  await saveInHalves(both, ref, pick(ORDERS[exchange], random))
}

function pick<T>(among: readonly T[], random: Random): T {
  const picked = among[Math.floor(random() * among.length)]
  if (picked === undefined) throw new Error('There is nothing to pick from.')
  return picked
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator, with the constants of Numerical Recipes. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
