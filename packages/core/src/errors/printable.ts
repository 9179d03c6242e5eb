/**
 * Control characters (C0, DEL, C1), line and paragraph separators, bidirectional marks and overrides, zero-width
 * characters: what could move a cursor, forge a line or reorder what a person reads.
 */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Text from outside (file names, exchange messages, tags) with whatever could deceive a reader written as `\u202e`. */
export function printable(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
