/**
 * JSON with the names of every object in order of their UTF-16 units (RFC 8785, section 3.2.3), so that equal
 * content gives equal text.
 *
 * @param indent spaces for each level; 0: one line @default 0
 */
export function sortedJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, sortNames, indent)
}

function sortNames(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
