import { printable } from '@mm-secrets/core'
import { loadRoutes } from '../app.ts'
import type { Terminal } from '../context.ts'
import type { Offer } from './candidates.ts'
import { offerAt } from './candidates.ts'
import { EMPTY_WORD } from './names.ts'
import { positionOf } from './position.ts'
import { readOnly } from './read-only.ts'
import { storedValues } from './stored-values.ts'

/** Unlocking an identity takes a second, which nobody wants to wait for after a key: what it protects is not offered. */
const SLOW = 'MM_SECRETS_IDENTITY_PASSPHRASE_FILE'

/**
 * Answers a shell that asks what may stand at the cursor: a line for each word, its explanation behind a tab; or `:files`,
 * or `:program N` for a command line of the last N words.
 *
 * Nothing is asked, nothing is written, and whatever goes wrong is silence: the command itself will tell.
 *
 * @param words after the program's name; the last is the one being typed
 */
export async function answer(words: readonly string[], terminal: Terminal): Promise<void> {
  try {
    const typed = words.at(-1) === EMPTY_WORD ? [...words.slice(0, -1), ''] : words
    const offer = await offerFor(typed, terminal)
    terminal.stdout.write(text(offer))
  } catch {
    // See above.
  }
}

async function offerFor(words: readonly string[], terminal: Terminal): Promise<Offer> {
  const quiet: Terminal = {
    ...terminal,
    env: { ...terminal.env, [SLOW]: undefined },
    fs: readOnly(terminal.fs),
    stderr: { isTty: false, columns: 0, write: () => undefined },
  }
  const complete = words.slice(0, -1)
  const routes = await loadRoutes(complete[0] === 'help' ? complete.slice(1) : complete)
  const valuesOf = storedValues(() => quiet.openSession(quiet, false), terminal.signal)
  return offerAt(positionOf(routes, words), words.at(-1) ?? '', valuesOf)
}

function text(offer: Offer): string {
  switch (offer.kind) {
    case 'files':
      return ':files\n'
    case 'program':
      return `:program ${offer.words}\n`
    case 'words':
      return offer.words
        .map(({ brief, word }) => (brief === '' ? `${word}\n` : `${word}\t${printable(brief)}\n`))
        .join('')
  }
}
