import { formatRef, memberEntries } from '@mm-secrets/core'
import type { LeftOut, Place } from '../formats/found.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { Json } from '../output/json.ts'
import type { Column } from '../output/table.ts'
import type { Applied } from './apply.ts'
import type { PlanItem } from './plan.ts'

/** An import as it stands: planned, or done. */
export interface ImportReport {
  readonly from: string
  readonly file: string
  readonly tracked: boolean
  readonly items: readonly PlanItem[]
  /** Null: only planned. */
  readonly applied: readonly Applied[] | null
  readonly leftOut: readonly LeftOut[]
}

export const IMPORT_COLUMNS: readonly Column[] = [
  { title: 'CREDENTIAL', drop: 0 },
  { title: 'PLAN', drop: 0 },
  { title: 'VALUES', drop: 2, shortest: 12 },
  { title: 'LINES', drop: 1 },
]

/** For programs; no value is in it, but masked. */
export function importJson(report: ImportReport): Json {
  const { applied, file, from, items, leftOut, tracked } = report
  return {
    applied: applied !== null,
    credentials: items.map((item) => itemJson(item, appliedOf(report, item))),
    file,
    from,
    leftOut: leftOut.map(({ lastLine, line, name, why }) => ({ lastLine, line, name, why })),
    plaintext: plaintextOf(report).map(({ lastLine, line, name }) => ({ lastLine, line, name })),
    tracked,
  }
}

export function importRows(report: ImportReport): readonly (readonly string[])[] {
  return report.items.map((item) => {
    const { candidate } = item
    const values = memberEntries(candidate.ref.exchange, candidate.members)
    return [
      formatRef(candidate.ref),
      words(item, appliedOf(report, item)),
      values.map(([, value]) => value.toString()).join(' '),
      candidate.places.map(lines).join(', '),
    ]
  })
}

/** What was not stored, and why. */
export function refusals(report: ImportReport): readonly string[] {
  return report.items.flatMap((item) => {
    const error = appliedOf(report, item)?.error ?? null
    const name = formatRef(item.candidate.ref)
    const at = item.candidate.places.map(lines).join(', ')
    if (item.why !== null) return [`${name} (line ${at}) is not taken: ${item.why}.`]
    return error === null ? [] : [`${name} (line ${at}) was not stored: ${error.message}`]
  })
}

/** Where values that are stored now still stand in plain text. */
export function plaintextOf({ applied }: ImportReport): readonly Place[] {
  return (applied ?? [])
    .filter(({ outcome }) => outcome !== 'failed' && outcome !== 'untouched')
    .flatMap(({ item }) => item.candidate.places)
    .sort((a, b) => a.line - b.line)
}

/** `3`, or `3-30` for a value of several lines. */
export function lines({ lastLine, line }: Place): string {
  return lastLine === line ? String(line) : `${line}-${lastLine}`
}

function appliedOf({ applied }: ImportReport, item: PlanItem): Applied | null {
  return applied?.find((each) => each.item === item) ?? null
}

function words({ action }: PlanItem, applied: Applied | null): string {
  if (action === 'refuse') return 'not taken'
  switch (applied?.outcome) {
    case 'saved':
      return 'saved'
    case 'rotated':
      return 'rotated'
    case 'failed':
      return 'failed'
    case 'untouched':
      return 'not reached'
    case 'stored':
    case undefined:
      if (action === 'none') return 'stored already'
      return action === 'save' ? 'new' : 'a rotation'
  }
}

function itemJson({ action, candidate, why }: PlanItem, applied: Applied | null): Json {
  const members = memberEntries(candidate.ref.exchange, candidate.members)
  return {
    ...credentialFields(candidate.ref),
    action,
    error: applied?.error ?? null,
    members: Object.fromEntries(members.map(([keyType, value]) => [keyType, value.toString()])),
    outcome: applied?.outcome ?? null,
    places: candidate.places.map(({ lastLine, line, name }) => ({ lastLine, line, name })),
    site: candidate.site,
    versionId: applied?.versionId ?? null,
    why,
  }
}
