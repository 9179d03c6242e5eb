import type { SecretStore } from '../../src/backend/paired/secret-store.ts'
import type { Backend, CredentialState, Pending } from '../../src/backend/port.ts'
import type { Members } from '../../src/credential/credential.ts'
import { memberEntries } from '../../src/credential/credential.ts'
import type { Exchange, KeyType } from '../../src/credential/exchange.ts'
import { KEY_TYPES, isKeyType } from '../../src/credential/exchange.ts'
import type { CredentialRef } from '../../src/credential/name.ts'
import { secretName } from '../../src/credential/name.ts'
import type { Layout, VersionId } from '../../src/credential/version.ts'
import { errorCode } from '../../src/errors/secrets-error.ts'
import type { Call } from '../../src/runtime/call.ts'
import { newCall } from '../../src/runtime/call.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { WriteOptions } from '../../src/rotation/write.ts'
import type { Outcome } from './outcome.ts'
import type { Program } from './process.ts'
import type { Subject } from './subject.ts'
import { versionId } from './version-names.ts'

/** What a process does, in the words of the CLI. Version names are those of `version-names.ts`. */
export type Verb =
  | { readonly verb: 'save'; readonly id: string; readonly layout?: Layout }
  /** Some members under a ticket; the same id from another process joins it. */
  | { readonly verb: 'half'; readonly id: string; readonly members: readonly KeyType[] }
  | { readonly verb: 'hold' | 'rollback' | 'adopt'; readonly id: string }
  | { readonly verb: 'resume' | 'discard'; readonly id: string | null }
  | { readonly verb: 'annotate'; readonly id: string }
  | { readonly verb: 'read' | 'freeze' | 'delete' | 'restore' }
  | { readonly verb: 'migrate'; readonly layout: Layout }
  /** Another tool: puts one member as AWSCURRENT, knowing nothing of labels. */
  | { readonly verb: 'foreign'; readonly id: string; readonly member: KeyType }

/** The simulated value of a member, in the shape that its exchange issues, telling which version it was made for. */
export function valueOf(exchange: Exchange, keyType: KeyType, id: string): string {
  const padded = (text: string, length: number): string => text.padEnd(length, '0')
  const hex = Buffer.from(id.padEnd(12, '.'), 'latin1').toString('hex')
  if (keyType === 'api_passphrase') return `phrase-of-${id}`
  if (exchange === 'kucoin') return keyType === 'api_key' ? hex : versionId(id)
  const [word, length] = keyType === 'api_key' ? ['Key', 18] : ['Secret', 36]
  return padded(`${word}Of${id}X`, length)
}

/** The program that runs a verb on a credential with the subject's code. */
export function programOf(verb: Verb, ref: CredentialRef, subject: Subject): Program {
  return async (store, clock) => {
    const shown: (CredentialState | null)[] = []
    const paired = subject.pairedBackend(store, { clock, warn: () => undefined })
    const backend: Backend = {
      ...paired,
      describe: async (...args) => {
        const state = await paired.describe(...args)
        shown.push(state)
        return state
      },
    }
    const desk: Desk = { ref, subject, store, backend, clock, call: newCall(clock) }
    try {
      const outcome = await run(verb, desk)
      if (outcome.kind !== 'live' || !REPLACING.includes(verb.verb)) return outcome
      return { ...outcome, saw: shown[0]?.current ?? null }
    } catch (error) {
      const code = errorCode(error)
      const message = error instanceof Error ? error.message : String(error)
      if (code === null) {
        return { kind: 'bug', message: error instanceof Error ? (error.stack ?? message) : message }
      }
      return { kind: 'refused', code, message, id: toldOf(verb) }
    }
  }
}

/** Verbs that replace what was shown, and nothing else. */
const REPLACING: readonly Verb['verb'][] = ['save', 'hold', 'rollback', 'adopt']

/** Which version a refusal speaks of: of a half, it says nothing of the others; of a discard, that it goes on. */
function toldOf(verb: Verb): VersionId | null {
  switch (verb.verb) {
    case 'save':
    case 'hold':
    case 'rollback':
    case 'adopt':
    case 'resume':
      return verb.id === null ? null : versionId(verb.id)
    default:
      return null
  }
}

interface Desk {
  readonly ref: CredentialRef
  readonly subject: Subject
  readonly store: SecretStore
  readonly backend: Backend
  readonly clock: Clock
  readonly call: Call
}

async function run(verb: Verb, desk: Desk): Promise<Outcome> {
  const { ref, subject, backend, call } = desk
  switch (verb.verb) {
    case 'save':
      return save(desk, verb.id, verb.layout === undefined ? {} : { layout: verb.layout })
    case 'half':
      return save(desk, verb.id, {}, verb.members)
    case 'hold':
      return save(desk, verb.id, { hold: true })
    case 'rollback':
      return rollBack(desk, verb.id)
    case 'adopt':
      return adopt(desk, verb.id)
    case 'resume': {
      const options = verb.id === null ? {} : { versionId: versionId(verb.id) }
      const { state } = await subject.resume(backend, ref, options, call)
      return state.current === null ? { kind: 'done' } : { kind: 'live', id: state.current }
    }
    case 'discard': {
      const options = verb.id === null ? {} : { versionId: versionId(verb.id) }
      await subject.discard(backend, ref, options, call)
      return verb.id === null ? { kind: 'done' } : { kind: 'discarded', id: versionId(verb.id) }
    }
    case 'annotate':
      await backend.annotate(ref, versionId(verb.id), { site: 'testnet' }, call)
      return { kind: 'done' }
    case 'read':
      return read(desk)
    case 'freeze': {
      const { versions } = await backend.freeze(ref, call)
      return { kind: 'frozen', ids: versions.flatMap(({ id, frozen }) => (frozen ? [id] : [])) }
    }
    case 'delete':
      await backend.delete(ref, await described(desk), 30, call)
      return { kind: 'deleted' }
    case 'restore':
      await backend.restore(ref, call)
      return { kind: 'restored' }
    case 'migrate':
      await backend.migrate(ref, await described(desk), verb.layout, call)
      return { kind: 'done' }
    case 'foreign':
      return putAsOtherTools(desk, verb.id, verb.member)
  }
}

async function save(
  { ref, subject, backend, clock, call }: Desk,
  name: string,
  options: WriteOptions,
  members: readonly KeyType[] = KEY_TYPES[ref.exchange],
): Promise<Outcome> {
  const id = versionId(name)
  const values = simulatedMembers(subject, ref.exchange, members, (keyType) =>
    valueOf(ref.exchange, keyType, name),
  )
  const source = { from: 'values', values } as const
  const { pending } = await subject.write(backend, ref, id, source, options, clock, call)
  return written(
    id,
    pending,
    members.filter((keyType) => KEY_TYPES[ref.exchange].includes(keyType)),
  )
}

async function rollBack(
  { ref, subject, backend, clock, call }: Desk,
  name: string,
): Promise<Outcome> {
  const id = versionId(name)
  const options = { mustExist: true }
  const source = { from: 'previous' } as const
  const { pending } = await subject.write(backend, ref, id, source, options, clock, call)
  return written(id, pending, KEY_TYPES[ref.exchange])
}

/** `rotate --adopt`: what was shown is read by each member's own id and saved as a pair. */
async function adopt(desk: Desk, name: string): Promise<Outcome> {
  const { ref, subject, backend, clock, call } = desk
  const seen = await described(desk)
  const id = versionId(name)
  const options = { mustExist: true, base: seen }
  const source = { from: 'foreign', seen } as const
  const { pending } = await subject.write(backend, ref, id, source, options, clock, call)
  return written(id, pending, KEY_TYPES[ref.exchange])
}

function written(id: VersionId, pending: Pending | null, members: readonly KeyType[]): Outcome {
  return pending === null ? { kind: 'live', id } : { kind: 'held', id, base: pending.base, members }
}

async function read({ ref, backend, call }: Desk): Promise<Outcome> {
  const found = await backend.read(ref, { stage: 'AWSCURRENT' }, call)
  if (found === null) return { kind: 'absent' }
  const values = Object.fromEntries(
    memberEntries(ref.exchange, found.members).map(([keyType, value]) => [keyType, value.reveal()]),
  )
  return { kind: 'read', id: found.versionId, paired: found.paired, values }
}

async function described({ ref, subject, backend, call }: Desk): Promise<CredentialState> {
  const state = await backend.describe(ref, call)
  if (state === null) throw new subject.SecretsError('NOT_FOUND', 'There is nothing to work on.')
  return state
}

async function putAsOtherTools(
  { ref, subject, store, call }: Desk,
  name: string,
  member: KeyType,
): Promise<Outcome> {
  if (!KEY_TYPES[ref.exchange].includes(member)) return { kind: 'done' }
  const secret = secretName(ref, member)
  const value = new subject.Redacted(valueOf(ref.exchange, member, name))
  await store.create(secret, {}, call)
  await store.put(secret, { id: versionId(name), value, labels: ['AWSCURRENT'] }, call)
  return { kind: 'done' }
}

function simulatedMembers(
  { Redacted }: Subject,
  exchange: Exchange,
  members: readonly KeyType[],
  value: (keyType: KeyType) => string,
): Members {
  return Object.fromEntries(
    KEY_TYPES[exchange].flatMap((keyType): [KeyType, InstanceType<typeof Redacted>][] =>
      members.includes(keyType)
        ? [[keyType, new Redacted(value(keyType), { keyType }) as never]]
        : [],
    ),
  )
}

/** A verb as a trace and a scenario name it. */
export function describeVerb(verb: Verb): string {
  const { verb: word, ...rest } = verb
  const parts = Object.values(rest).map((part) => (Array.isArray(part) ? part.join('+') : part))
  return [word, ...parts.filter((part) => part !== null)].join(' ')
}

/** The verb that `describeVerb` names so. @throws Error for any other text */
export function parseVerb(text: string): Verb {
  const [word = '', first, second] = text.trim().split(' ')
  const id = first ?? ''
  switch (word) {
    case 'save':
      return { verb: word, id, ...(second === undefined ? {} : { layout: layoutOf(second) }) }
    case 'half':
      return { verb: word, id, members: (second ?? '').split('+').filter(isKeyType) }
    case 'foreign':
      if (second === undefined || !isKeyType(second)) break
      return { verb: word, id, member: second }
    case 'hold':
    case 'rollback':
    case 'adopt':
    case 'annotate':
      return { verb: word, id }
    case 'resume':
    case 'discard':
      return { verb: word, id: first ?? null }
    case 'read':
    case 'freeze':
    case 'delete':
    case 'restore':
      return { verb: word }
    case 'migrate':
      return { verb: word, layout: layoutOf(id) }
  }
  throw new Error(`There is no verb such as ${text}.`)
}

function layoutOf(text: string): Layout {
  return text === 'json' ? 'json' : 'pair'
}
