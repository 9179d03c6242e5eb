import type {
  CredentialRef,
  CredentialState,
  Environment,
  KeyType,
  Members,
  Secrets,
  Settings,
} from '@mm-secrets/core'
import {
  checkMembers,
  errorCode,
  fingerprint,
  formatRef,
  memberEntries,
  permittedEnvironments,
  SecretsError,
} from '@mm-secrets/core'
import type { Candidate } from './candidates.ts'
import { sentenceEnd } from './candidates.ts'

/** What would become of a credential. `none`: it is stored already. */
export interface PlanItem {
  readonly candidate: Candidate
  readonly action: 'save' | 'rotate' | 'none' | 'refuse'
  /** Why it is refused. */
  readonly why: string | null
  readonly state: CredentialState | null
}

export interface PlanOptions {
  readonly settings: Settings
  readonly secrets: Pick<Secrets, 'describe'>
  /** Asks nobody for a passphrase: it only looks for values that are known elsewhere. */
  readonly quiet: Pick<Secrets, 'list'>
  readonly allowReuse: boolean
  readonly signal: AbortSignal
}

/** Decides for each credential what is to be done, by metadata alone. */
export async function planImport(
  options: PlanOptions,
  candidates: readonly Candidate[],
): Promise<readonly PlanItem[]> {
  const elsewhere = new Map<Environment, Promise<readonly CredentialState[]>>()
  const listOnce = (env: Environment): Promise<readonly CredentialState[]> => {
    const known = elsewhere.get(env) ?? listQuietly(options, env)
    elsewhere.set(env, known)
    return known
  }
  const items: PlanItem[] = []
  for (const candidate of candidates) items.push(await judge(options, listOnce, candidate))
  return items
}

type ListOnce = (env: Environment) => Promise<readonly CredentialState[]>

async function judge(
  options: PlanOptions,
  listOnce: ListOnce,
  candidate: Candidate,
): Promise<PlanItem> {
  const { members, ref } = candidate
  const refuse = (why: string): PlanItem => ({ candidate, action: 'refuse', why, state: null })
  if (candidate.refused !== null) return refuse(candidate.refused)
  if (!permittedEnvironments(options.settings).includes(ref.env)) {
    return refuse(`${ref.env} is out of reach for this process`)
  }
  try {
    checkMembers(ref.exchange, members)
  } catch (error) {
    if (error instanceof SecretsError) return refuse(sentenceEnd(error))
    throw error
  }
  const state = await options.secrets.describe(ref, { signal: options.signal })
  if (state !== null && state.deletedUntil !== null) {
    return refuse('it is deleted; restore it first, or wait until it is gone')
  }
  const prints = fingerprintsOf(ref, members)
  const same = prints.filter(([keyType, print]) => currentPrint(state, keyType) === print)
  if (prints.length > 0 && same.length === prints.length) {
    return { candidate, action: 'none', why: null, state }
  }
  const [twin] = same
  if (twin !== undefined) return refuse(`its ${twin[0]} is current already, the rest is not`)
  const other = options.allowReuse ? null : await knownElsewhere(options, listOnce, ref, prints)
  if (other !== null) return refuse(`it is known as ${other}; a key must never serve two`)
  const action = state === null || state.current === null ? 'save' : 'rotate'
  return { candidate, action, why: null, state }
}

type Prints = readonly (readonly [KeyType, string])[]

function fingerprintsOf(ref: CredentialRef, members: Members): Prints {
  return memberEntries(ref.exchange, members).flatMap(([keyType, value]) => {
    const print = keyType === 'api_passphrase' ? null : fingerprint(value)
    return print === null ? [] : [[keyType, print] as const]
  })
}

function currentPrint(state: CredentialState | null, keyType: KeyType): string | undefined {
  const current = state?.versions.find(({ id }) => id === state.current)
  return current?.metadata.fingerprints[keyType]
}

/** The save decides for good; this is to say it before anything is written. */
async function knownElsewhere(
  { settings }: PlanOptions,
  listOnce: ListOnce,
  ref: CredentialRef,
  prints: Prints,
): Promise<string | null> {
  const wanted = new Set(prints.map(([, print]) => print))
  for (const env of permittedEnvironments(settings)) {
    if (env === ref.env) continue
    const twin = (await listOnce(env)).find(
      (state) =>
        state.ref.exchange === ref.exchange &&
        state.versions.some(({ metadata }) =>
          Object.values(metadata.fingerprints).some((print) => wanted.has(print)),
        ),
    )
    if (twin !== undefined) return formatRef(twin.ref)
  }
  return null
}

async function listQuietly(
  { quiet, signal }: PlanOptions,
  env: Environment,
): Promise<readonly CredentialState[]> {
  const states: CredentialState[] = []
  try {
    for await (const page of quiet.list({ env }, { signal })) states.push(...page)
  } catch (error) {
    // A guard against mix-ups must not stop who cannot open every vault.
    if (errorCode(error) === null || errorCode(error) === 'INTERRUPTED') throw error
  }
  return states
}
