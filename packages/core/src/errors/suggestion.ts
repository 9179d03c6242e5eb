/** Further off than this, a guess would be noise. */
const MAX_DISTANCE = 2

/**
 * What a person most likely meant.
 *
 * @param typed what was typed
 * @param known what would have been right
 * @returns the nearest known word at most two edits away, or null
 */
export function suggest(typed: string, known: readonly string[]): string | null {
  let best: string | null = null
  let bestDistance = MAX_DISTANCE + 1
  for (const word of known) {
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase())
    if (distance < bestDistance && distance < word.length) {
      best = word
      bestDistance = distance
    }
  }
  return best
}

/** ` Did you mean "prod"?` or nothing, to follow a message. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const suggestion = suggest(typed, known)
  return suggestion === null ? '' : ` Did you mean "${suggestion}"?`
}

/** Optimal string alignment distance: insert, delete, replace, swap neighbours. */
function editDistance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_DISTANCE) return MAX_DISTANCE + 1
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let distance = Math.min(
        at(rows, i - 1, j) + 1,
        (row[j - 1] ?? 0) + 1,
        at(rows, i - 1, j - 1) + (same ? 0 : 1),
      )
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) distance = Math.min(distance, at(rows, i - 2, j - 2) + 1)
      row.push(distance)
    }
    rows.push(row)
  }
  return at(rows, from.length, to.length)
}

function at(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? 0
}
