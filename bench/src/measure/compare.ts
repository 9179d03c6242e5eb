import type { Summary } from './statistics.ts'
import { summarise } from './statistics.ts'

/** One of two things that are measured side by side. */
export interface Side {
  readonly name: string
  /** @param round from 0; the one before the first, which is not counted, is -1 */
  readonly run: (round: number) => unknown
}

export interface CompareOptions {
  readonly rounds: number
  /** No further round begins after so long. @default 25 */
  readonly seconds?: number
  /** How many operations one run is; times are given for one of them. @default 1 */
  readonly operations?: number
}

/** What a comparison found; times in milliseconds for one operation. */
export interface Comparison {
  readonly name: string
  readonly beside: string
  readonly rounds: number
  readonly oursMs: Summary
  readonly peerMs: Summary
  /** Ours divided by the peer, taken in each round. */
  readonly ratio: Summary
}

/**
 * Runs both in turn, now one first and now the other, and divides within each round: what slows the machine down for
 * a while then slows both.
 */
export async function compare(
  ours: Side,
  peer: Side,
  options: CompareOptions,
): Promise<Comparison> {
  const { rounds, seconds = 25, operations = 1 } = options
  const oursMs: number[] = []
  const peerMs: number[] = []
  await ours.run(-1)
  await peer.run(-1)
  const end = performance.now() + seconds * 1000
  for (let round = 0; round < rounds && (round === 0 || performance.now() < end); round += 1) {
    const measureOurs = async () => oursMs.push((await timed(ours, round)) / operations)
    const measurePeer = async () => peerMs.push((await timed(peer, round)) / operations)
    const order = round % 2 === 0 ? [measureOurs, measurePeer] : [measurePeer, measureOurs]
    for (const measure of order) await measure()
  }
  return {
    name: ours.name,
    beside: peer.name,
    rounds: oursMs.length,
    oursMs: summarise(oursMs),
    peerMs: summarise(peerMs),
    ratio: summarise(oursMs.map((ms, round) => ms / (peerMs[round] ?? NaN))),
  }
}

async function timed({ run }: Side, round: number): Promise<number> {
  const started = performance.now()
  const result = run(round)
  // To wait for what is no promise would measure the waiting.
  if (result instanceof Promise) await result
  return performance.now() - started
}
