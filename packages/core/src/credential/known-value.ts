import type { Fingerprint } from './fingerprint.ts'
import { fingerprint } from './fingerprint.ts'
import { Redacted } from './redacted.ts'

/** A shorter text has fewer than 80 bits in any alphabet, so no fingerprint. */
const SHORTEST = 13
/** The longest that an exchange issues; a longer value is found where it stands alone. */
const LONGEST = 64

const RUN = /[\u0021-\u007e]+/g

/**
 * Finds a value that is known by its fingerprint alone in a text that people write: wherever it stands in it, plain, or
 * encoded as base64, hex or for a URL.
 *
 * It tries every part of every run of printable characters, which for 2,000 characters takes a good second.
 *
 * @returns the fingerprint, or null. Passphrases and other guessable values have none and are not found.
 */
export function findKnownValue(text: string, known: ReadonlySet<Fingerprint>): Fingerprint | null {
  if (known.size === 0) return null
  for (const [run] of text.matchAll(RUN)) {
    for (const reading of [run, ...decoded(run)]) {
      for (const part of parts(reading)) {
        const print = fingerprint(new Redacted(part))
        if (print !== null && known.has(print)) return print
      }
    }
  }
  return null
}

/** What a run may stand for. Words decode too, to noise that no fingerprint fits. */
function* decoded(run: string): Generator<string> {
  if (run.includes('%'))
    yield run.replaceAll(/%[0-9A-Fa-f]{2}/g, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    )
  for (const [base64] of run.matchAll(/[A-Za-z0-9+/_-]{18,}/g)) {
    yield Buffer.from(base64, 'base64').toString('latin1')
  }
  for (const [hex] of run.matchAll(/(?:[0-9A-Fa-f]{2}){13,}/g)) {
    yield Buffer.from(hex, 'hex').toString('latin1')
  }
}

function* parts(run: string): Generator<string> {
  if (run.length > LONGEST) yield run
  for (let start = 0; start + SHORTEST <= run.length; start++) {
    const last = Math.min(run.length, start + LONGEST)
    for (let end = start + SHORTEST; end <= last; end++) yield run.slice(start, end)
  }
}
