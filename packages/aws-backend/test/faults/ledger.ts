import type {
  Clock,
  Credential,
  CredentialRef,
  ErrorCode,
  Members,
  VersionId,
} from '@mm-secrets/core'
import { KEY_TYPES, errorCode, secretName } from '@mm-secrets/core'
import type { AnchorHistory } from './anchor-history.ts'

/** done: as it was asked. refused: others were first, and it says so. failed: anything else. */
type Outcome = 'done' | 'refused' | 'failed'

/** One operation as whoever asked for it saw it. */
export interface Entry {
  readonly kind: string
  readonly outcome: Outcome
  /** Of the virtual clock. */
  readonly ms: number
  /** Code and message of the error. */
  readonly why: string | null
}

/** A version that somebody set out to write, under the one id that was minted for it. */
export interface Write {
  readonly ref: CredentialRef
  readonly id: VersionId
  readonly values: Members
  /** Where the server's history was when it began. */
  readonly since: number
  /** Where the server's history was when it was last worked on; Infinity: it is being worked on. */
  until: number
  /** What the writer was told; null: it is under way, or nobody was told anything. */
  told: 'live' | 'pending' | 'lost' | 'superseded' | null
  /** What the writer saw as current. */
  base: VersionId | null
}

/** What everybody was told, and what must hold of it. */
export interface Ledger {
  readonly entries: readonly Entry[]
  readonly writes: ReadonlyMap<VersionId, Write>
  /** What must never be, in words. */
  readonly violations: readonly string[]
  readonly torn: number
  /** Notes an operation from its beginning to its end; what it throws is an outcome too. */
  operation(kind: string, ref: CredentialRef, work: (from: number) => Promise<void>): Promise<void>
  begin(ref: CredentialRef, id: VersionId, values: Members): Write
  /** Notes an operation that writes it, and what the writer was told. */
  writing(kind: string, write: Write, work: () => Promise<void>): Promise<void>
  /** Checks what a reader was given against what was current while it read. */
  given(ref: CredentialRef, found: Credential | null, from: number): void
  /** The same for a description. */
  shown(ref: CredentialRef, current: VersionId | null, from: number): void
  violation(words: string): void
}

export function newLedger(history: AnchorHistory, clock: Clock, layoutOf: LayoutOf): Ledger {
  const entries: Entry[] = []
  const writes = new Map<VersionId, Write>()
  const violations: string[] = []
  let torn = 0
  const during = (ref: CredentialRef, from: number) =>
    history.during(anchorName(ref, layoutOf), from, history.now())

  function wasDeleted(ref: CredentialRef, from: number): boolean {
    const members = [...KEY_TYPES[ref.exchange], 'json' as const]
    return members.some((member) =>
      history
        .during(secretName(ref, member), from, history.now())
        .some(({ isDeleted }) => isDeleted),
    )
  }

  /** Whether an error is due to what others did to the credential meanwhile, or had left of it. */
  function isOthersDoing(code: ErrorCode, kind: string, ref: CredentialRef, from: number): boolean {
    if (!['CONFLICT', 'SUPERSEDED', 'INCOMPLETE', 'PARTIAL'].includes(code)) return false
    if (wasDeleted(ref, from)) return true
    const moments = during(ref, from)
    if (kind === 'read') return moments.some(({ current }) => current === null)
    if (code === 'PARTIAL') return false
    if (new Set(moments.map(({ current }) => current)).size > 1) return true
    // Whatever is pending, or was left so, stands in the way of a half.
    const others = [...writes.values()].filter(
      (write) => write.ref === ref && (write.until >= from || write.told === null),
    )
    return others.length > 1
  }

  async function operation(
    kind: string,
    ref: CredentialRef,
    work: (from: number) => Promise<void>,
    write: Write | null,
  ): Promise<void> {
    const [started, from] = [clock.now(), history.now()]
    const end = (outcome: Outcome, why: string | null): void => {
      entries.push({ kind, outcome, ms: clock.now() - started, why })
    }
    try {
      await work(from)
      end('done', null)
    } catch (error) {
      const code = errorCode(error)
      if (code === null) violations.push(`${kind} threw ${String(error)}`)
      const why = `${code ?? ''} ${error instanceof Error ? error.message : ''}`
      const since = write?.since ?? from
      end(code !== null && isOthersDoing(code, kind, ref, since) ? 'refused' : 'failed', why)
    }
  }

  return {
    entries,
    writes,
    violations,
    get torn() {
      return torn
    },
    violation: (words) => violations.push(words),
    operation: (kind, ref, work) => operation(kind, ref, work, null),
    begin(ref, id, values) {
      const since = history.now()
      const write = { ref, id, values, since, until: Infinity, told: null, base: null }
      writes.set(id, write)
      return write
    },
    async writing(kind, write, work) {
      write.until = Infinity
      write.told = null
      const noting = async (): Promise<void> => {
        try {
          await work()
        } catch (error) {
          const code = errorCode(error)
          if (code === 'CONFLICT') write.told = 'lost'
          if (code === 'SUPERSEDED') write.told = 'superseded'
          throw error
        } finally {
          write.until = history.now()
        }
      }
      await operation(kind, write.ref, noting, write)
    },
    given(ref, found, from) {
      const moments = during(ref, from)
      if (found === null) {
        if (moments.some(({ current, isDeleted }) => current === null || isDeleted)) return
        violations.push(`a reader of ${nameOf(ref)} was given nothing`)
        return
      }
      const write = writes.get(found.versionId)
      const members: Members = found.members
      const isWhole = KEY_TYPES[ref.exchange].every(
        (keyType) => members[keyType]?.reveal() === write?.values[keyType]?.reveal(),
      )
      if (!isWhole) {
        torn++
        violations.push(`a torn read of ${nameOf(ref)}: ${found.versionId}`)
      }
      if (moments.some(({ current }) => current === found.versionId)) return
      violations.push(`a reader of ${nameOf(ref)} was given ${found.versionId}, not current then`)
    },
    shown(ref, current, from) {
      if (wasDeleted(ref, from)) return
      if (during(ref, from).some((moment) => moment.current === current)) return
      violations.push(`${nameOf(ref)} was shown at ${current ?? 'nothing'}, not current then`)
    },
  }
}

export type LayoutOf = (ref: CredentialRef) => 'pair' | 'json'

export function anchorName(ref: CredentialRef, layoutOf: LayoutOf): ReturnType<typeof secretName> {
  return secretName(ref, layoutOf(ref) === 'json' ? 'json' : 'api_key')
}

function nameOf(ref: CredentialRef): string {
  return secretName(ref, 'api_key')
}

/**
 * What the server has in the end against what writers were told.
 *
 * @returns what is wrong, in words
 */
export function judge(
  ledger: Ledger,
  history: AnchorHistory,
  layoutOf: LayoutOf,
): readonly string[] {
  const wrong = [...ledger.violations]
  const { writes } = ledger
  for (const id of history.versions()) {
    if (!writes.has(id as VersionId)) wrong.push(`doubled: nobody minted version ${id}`)
  }
  const chains = new Map<CredentialRef, readonly VersionId[]>()
  for (const { ref } of writes.values()) {
    if (!chains.has(ref)) chains.set(ref, history.chain(anchorName(ref, layoutOf)))
  }
  for (const [ref, chain] of chains) {
    if (new Set(chain).size < chain.length) wrong.push(`${nameOf(ref)} went back to an old version`)
    for (const id of chain) if (writes.get(id)?.ref !== ref) wrong.push(`a stranger: ${id}`)
  }
  for (const { base, id, ref, told } of writes.values()) {
    const chain = chains.get(ref) ?? []
    const at = chain.indexOf(id)
    if (told === 'live' && at < 0) wrong.push(`lost: ${id} of ${nameOf(ref)} was acknowledged`)
    if (told === 'superseded' && at < 0) wrong.push(`${id} was told superseded, never current`)
    if (told === 'lost' && at >= 0) wrong.push(`${id} was told that it lost, and was current`)
    if (told === 'live' && at >= 0 && (chain[at - 1] ?? null) !== base) {
      wrong.push(`a lost update: ${id} of ${nameOf(ref)} was written on ${base ?? 'nothing'}`)
    }
  }
  return wrong
}
