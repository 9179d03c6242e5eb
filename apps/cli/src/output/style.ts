import type { Env } from '@mm-secrets/core'

/** Marks text for a terminal, or leaves it as it is. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
}

// ECMA-48, 8.3.117, Select Graphic Rendition: on, off.
const COLOURED: Style = {
  bold: mark(1, 22),
  dim: mark(2, 22),
  red: mark(31, 39),
  yellow: mark(33, 39),
}
const PLAIN: Style = { bold: same, dim: same, red: same, yellow: same }

/** Colour on a terminal only, and not where https://no-color.org or a dumb terminal asks for none. */
export function styleFor(isTty: boolean, env: Env): Style {
  const wanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return isTty && wanted ? COLOURED : PLAIN
}

function mark(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`
}

function same(text: string): string {
  return text
}
