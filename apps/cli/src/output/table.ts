/** A column of a table, in the order shown. */
export interface Column {
  readonly title: string
  /** Columns of a higher number go first where the terminal is narrow; 0 always stays. */
  readonly drop: number
  /** May be cut to this many characters before columns are dropped. @default not cut */
  readonly shortest?: number
}

const GAP = 2
const MORE = '…'

/**
 * Lays rows out in columns, without rules or boxes. A column in which no row has anything is left out.
 *
 * Where they do not fit, cells of columns that allow it are cut, then columns are left out; the first column and
 * whatever has `drop: 0` stay, cut in the end, so that no line is ever wider than the terminal.
 *
 * @param width columns of the terminal
 * @returns lines without line ends, the titles first
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const cells = [columns.map((column) => column.title), ...rows]
  const natural = columns.map((_, index) =>
    Math.max(...cells.map((row) => row[index]?.length ?? 0)),
  )
  let shown = [...columns.keys()].filter(
    (index) => index === 0 || rows.some((row) => (row[index] ?? '') !== ''),
  )
  let widths = fit(columns, natural, shown, width)
  while (widths === null) {
    const next = nextToDrop(columns, shown)
    if (next === null) {
      widths = squeeze(natural, shown, width)
      break
    }
    shown = shown.filter((index) => index !== next)
    widths = fit(columns, natural, shown, width)
  }
  const fitted = widths
  return cells.map((row) =>
    shown
      .map((index, at) => cut(row[index] ?? '', fitted[at] ?? 0).padEnd(fitted[at] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
}

/** Widths with as little cut as possible, or null where even the shortest are too wide. */
function fit(
  columns: readonly Column[],
  natural: readonly number[],
  shown: readonly number[],
  width: number,
): readonly number[] | null {
  const widths = shown.map((index) => natural[index] ?? 0)
  let excess = total(widths) - width
  for (const [at, index] of leastNeededFirst(columns, shown)) {
    const shortest = columns[index]?.shortest
    const current = widths[at] ?? 0
    if (excess <= 0) break
    if (shortest === undefined || shortest >= current) continue
    const taken = Math.min(excess, current - shortest)
    widths[at] = current - taken
    excess -= taken
  }
  return excess > 0 ? null : widths
}

function leastNeededFirst(
  columns: readonly Column[],
  shown: readonly number[],
): readonly (readonly [number, number])[] {
  const drop = (index: number): number => columns[index]?.drop ?? 0
  return [...shown.entries()].sort(([, a], [, b]) => drop(b) - drop(a))
}

function nextToDrop(columns: readonly Column[], shown: readonly number[]): number | null {
  let worst: number | null = null
  for (const index of shown) {
    const drop = columns[index]?.drop ?? 0
    if (drop > (worst === null ? 0 : (columns[worst]?.drop ?? 0))) worst = index
  }
  return worst
}

/** The last resort: what stays is cut from the widest. */
function squeeze(natural: readonly number[], shown: readonly number[], width: number): number[] {
  const widths = shown.map((index) => natural[index] ?? 0)
  while (total(widths) > width && Math.max(...widths) > 1) {
    const widest = widths.indexOf(Math.max(...widths))
    widths[widest] = (widths[widest] ?? 1) - 1
  }
  return widths
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP * Math.max(0, widths.length - 1))
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${MORE}`
}
