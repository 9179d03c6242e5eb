type AgeLibrary = typeof import('age-encryption')

let loaded: Promise<AgeLibrary> | null = null

/** The library is loaded when it is first needed: that alone costs twice what starting Node does. */
export function ageLibrary(): Promise<AgeLibrary> {
  loaded ??= import('age-encryption')
  return loaded
}
