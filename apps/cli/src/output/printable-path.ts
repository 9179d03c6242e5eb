import { printable } from '@mm-secrets/core'

const NOT_SHOWN = '(not shown)'

/** A Bybit key has 18 characters, KuCoin's and Binance's have more; a name hardly ever mixes as many. */
const FEWEST_MIXED = 16

/**
 * A path, or the name of a program, as a person typed it; what may be a value in the wrong place is not repeated. That
 * is all of what holds `=`, as in `BYBIT_API_KEY=…`, and each part of a path that looks drawn at random.
 */
export function printablePath(path: string): string {
  if (path.includes('=')) return NOT_SHOWN
  return printable(path.replace(/[^/\\]+/g, (part) => (looksRandom(part) ? NOT_SHOWN : part)))
}

/** Words and numbers are told apart by hyphens, dots and the like: `x86_64-linux`, `prod-2026-11.age`. */
function looksRandom(part: string): boolean {
  const mixed = (part.match(/[A-Za-z0-9]+/g) ?? []).filter(isMixed)
  return mixed.join('').length >= FEWEST_MIXED
}

/** Letters and digits, or so many of either case that it is no CamelCase. */
function isMixed(piece: string): boolean {
  const upper = piece.replace(/[^A-Z]/g, '').length
  const lower = piece.replace(/[^a-z]/g, '').length
  const digits = piece.length - upper - lower
  return digits > 0 ? digits < piece.length : Math.min(upper, lower) >= piece.length / 4
}
