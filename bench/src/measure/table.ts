import { availableParallelism } from 'node:os'
import type { Comparison } from './compare.ts'

/** One line of the report. */
export interface Row {
  readonly comparison: Comparison
  /** The most that the ratio should be. */
  readonly aim?: number
  /** What is said of it beside the figures. */
  readonly remark?: string
}

const TITLES = ['what', 'beside', 'ours', 'peer', 'ratio', 'middle half', 'aim', '']
/** The columns of figures, which end in line. */
const RIGHT = new Set([2, 3, 4, 5, 6])

/** The report of one benchmark. */
export function formatReport(
  title: string,
  rows: readonly Row[],
  notes: readonly string[],
): string {
  const head = `${title}: ${today()}, Node ${process.versions.node}, ${availableParallelism()} cores`
  const lines = alignColumns([TITLES, ...rows.map(cells)])
  return ['', head, '', ...lines, ...(notes.length === 0 ? [] : ['', ...notes]), ''].join('\n')
}

function cells({ comparison, aim, remark = '' }: Row): readonly string[] {
  const { name, beside, oursMs, peerMs, ratio } = comparison
  return [
    name,
    beside,
    formatTime(oursMs.median),
    formatTime(peerMs.median),
    `${formatRatio(ratio.median)} ×`,
    `${formatRatio(ratio.lower)}–${formatRatio(ratio.upper)}`,
    aim === undefined ? '' : `≤ ${formatRatio(aim)}`,
    remark,
  ]
}

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = TITLES.map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] ?? 0) - [...cell].length)
        return RIGHT.has(column) ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd(),
  )
}

function formatTime(ms: number): string {
  if (ms >= 1) return `${threeDigits(ms)} ms`
  return ms >= 0.001 ? `${threeDigits(ms * 1000)} µs` : `${threeDigits(ms * 1_000_000)} ns`
}

function threeDigits(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3)
}

function formatRatio(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
