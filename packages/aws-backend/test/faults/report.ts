import type { FaultRun } from './fault-run.ts'
import type { Entry } from './ledger.ts'

/** What was asked of a run, and what came of it. */
export interface Figures {
  /** Operations that ended within half a minute as they were asked, or were told that others were first. */
  readonly succeeded: number
  readonly lines: readonly string[]
}

const LIMIT_MS = 30_000

export function figures({ entries, acknowledged, requests, torn, violations }: FaultRun): Figures {
  const succeeded = entries.filter(isSuccess).length
  const share = ((100 * succeeded) / entries.length).toFixed(2)
  const kinds = [...new Set(entries.map(({ kind }) => kind))].sort()
  const failures = new Map<string, number>()
  for (const entry of entries) {
    if (isSuccess(entry)) continue
    const reason = `${entry.kind}: ${entry.why === null ? 'too late' : anonymous(entry.why)}`
    failures.set(reason, (failures.get(reason) ?? 0) + 1)
  }
  return {
    succeeded,
    lines: [
      `${entries.length} operations, ${requests} requests: ${share} % within 30 s of virtual time; ` +
        `${torn} torn reads, ${violations.length} violations, ${acknowledged} acknowledged writes`,
      row(['', 'done', 'others first', 'failed', 'median', 'p99', 'longest']),
      ...kinds.map((kind) => rowOf(kind, entries)),
      ...[...failures].map(([reason, count]) => `failed ${count} × ${reason}`),
      ...violations.map((words) => `VIOLATION ${words}`),
    ],
  }
}

function isSuccess({ ms, outcome }: Entry): boolean {
  return outcome !== 'failed' && ms <= LIMIT_MS
}

function rowOf(kind: string, entries: readonly Entry[]): string {
  const own = entries.filter((entry) => entry.kind === kind)
  const count = (wanted: Entry['outcome']) =>
    String(own.filter(({ outcome }) => outcome === wanted).length)
  const times = own.map(({ ms }) => ms).sort((a, b) => a - b)
  const seconds = (share: number) => {
    const at = Math.min(times.length - 1, Math.floor(share * times.length))
    return `${((times[at] ?? 0) / 1000).toFixed(1)} s`
  }
  const outcomes = [count('done'), count('refused'), count('failed')]
  return row([kind, ...outcomes, seconds(0.5), seconds(0.99), seconds(1)])
}

function row([first = '', ...cells]: readonly string[]): string {
  return first.padEnd(10) + cells.map((cell) => cell.padStart(13)).join('')
}

/** The same failure of two credentials is counted as one. */
function anonymous(why: string): string {
  return why.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…').replace(/@[a-z]+\d+/g, '@…')
}
