import type { Position } from './position.ts'

/** A word that may stand at the cursor. */
export interface Candidate {
  readonly word: string
  readonly brief: string
}

/** What a shell is to offer: words, or what it knows itself. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' }
  /** The last so many words are a command line of their own. */
  | { readonly kind: 'program'; readonly words: number }

/** Answers what a value may be, from what is stored. */
export type ValuesOf = (
  position: Extract<Position, { readonly at: 'value' }>,
) => Promise<readonly Candidate[]>

const NONE: Offer = { kind: 'words', words: [] }
const FILES: Offer = { kind: 'files' }
const HELP: Candidate = { word: '--help', brief: 'Print help and exit' }

/** What may stand at this position, as far as it begins with what is typed already. */
export async function offerAt(
  position: Position,
  partial: string,
  valuesOf: ValuesOf,
): Promise<Offer> {
  switch (position.at) {
    case 'nothing':
      return NONE
    case 'program':
      return { kind: 'program', words: position.words }
    case 'command': {
      const commands = Object.entries(position.routes).map(([word, route]) => ({
        word,
        brief: 'command' in route ? route.manual.brief : route.brief,
      }))
      return matching(partial.startsWith('-') ? [HELP] : commands, partial)
    }
    case 'option': {
      // An empty word is the operand's, where there is one.
      if (position.operand !== null && !partial.startsWith('-'))
        return fileOrNothing(position.operand)
      const options = position.options.map(({ brief, name }) => ({ word: `--${name}`, brief }))
      return matching([...options, HELP], partial)
    }
    case 'value': {
      const { option, prefix } = position
      if (option.hidden) return NONE
      const choices = (await option.choices()).map((word) => ({ word, brief: '' }))
      const values = choices.length > 0 ? choices : await valuesOf(position)
      if (values.length === 0) return fileOrNothing(option.placeholder)
      const words = values.map(({ brief, word }) => ({ word: `${prefix}${word}`, brief }))
      return matching(words, partial)
    }
  }
}

function fileOrNothing(placeholder: string): Offer {
  return placeholder === 'FILE' ? FILES : NONE
}

function matching(words: readonly Candidate[], partial: string): Offer {
  return { kind: 'words', words: words.filter(({ word }) => word.startsWith(partial)) }
}
