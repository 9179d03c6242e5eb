/** What a command prints for programs. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** One line with sorted keys and a newline, so that two runs can be compared as text. */
export function jsonLine(value: Json): string {
  return `${JSON.stringify(sorted(value))}\n`
}

/** A time as programs read it: ISO 8601 in UTC. */
export function isoTime(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString()
}

function sorted(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isArray(value)) return value.map(sorted)
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]))
}

function isArray(value: object): value is readonly Json[] {
  return Array.isArray(value)
}
