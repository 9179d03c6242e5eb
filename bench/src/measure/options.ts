import { parseArgs } from 'node:util'

/** What a benchmark may be told on its command line. */
export interface BenchOptions {
  readonly rounds: number
  /** For those over a vault of many. */
  readonly credentials: number
}

/** @param args `--rounds N --credentials N`, each a whole number from 1 on */
export function benchOptions(defaults: BenchOptions, args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string' }, credentials: { type: 'string' } },
  })
  return {
    rounds: count(values.rounds, defaults.rounds),
    credentials: count(values.credentials, defaults.credentials),
  }
}

function count(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new RangeError('Give whole numbers from 1 on, such as --rounds 10.')
}
