import { PolicyError } from './policy-error.ts'

export type Fields = Readonly<Record<string, unknown>>

/** @throws PolicyError */
export function fieldsOf(value: unknown, where: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicyError(where, `an object is wanted here, not ${kindOf(value)}.`)
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw new PolicyError(within(where, unknown), `no such field; known: ${known.join(', ')}.`)
  }
  return value as Fields
}

/** @throws PolicyError */
export function textOf(value: unknown, where: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new PolicyError(where, `a text is wanted here, not ${kindOf(value)}.`)
}

/**
 * One text or a list of at least one.
 *
 * @throws PolicyError
 */
export function textsOf(value: unknown, where: string): readonly string[] {
  if (!Array.isArray(value)) return [textOf(value, where)]
  if (value.length === 0) throw new PolicyError(where, 'an empty list.')
  return value.map((item, index) => textOf(item, `${where}[${index}]`))
}

export function within(where: string, field: string): string {
  return where === '' ? field : `${where}.${field}`
}

export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (value === '') return 'an empty text'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
