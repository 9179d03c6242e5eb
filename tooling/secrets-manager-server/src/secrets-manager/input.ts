import { ServiceError } from '../service/service-error.ts'
import type { Input } from '../service/service.ts'

/** Reads one member of an input: the wrong JSON type throws, a broken constraint is noted. */
export type Field<T> = (value: unknown, path: string, problems: string[]) => T

type Fields = Readonly<Record<string, Field<unknown>>>
export type Read<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]> }

interface Range {
  readonly min?: number
  readonly max?: number
}

export interface StringRules extends Range {
  readonly pattern?: RegExp
  readonly oneOf?: readonly string[]
  /** A secret: its value is not repeated in messages. */
  readonly sensitive?: boolean
}

/**
 * The members of an operation's input, checked against the constraints of the API model.
 *
 * @throws ServiceError SerializationException, ValidationException
 */
export function readInput<F extends Fields>(input: Input, fields: F): Read<F> {
  const problems: string[] = []
  const read = structure(fields)(input, '', problems)
  if (problems.length > 0) {
    const count =
      problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`
    throw new ServiceError('ValidationException', `${count} detected: ${problems.join('; ')}`)
  }
  return read
}

export function structure<F extends Fields>(fields: F): Field<Read<F>> {
  return (value, path, problems) => {
    if (!isObject(value)) throw unreadable(value, 'Structure')
    const entries = Object.entries(fields).map(([name, field]) => {
      const member = path + name.charAt(0).toLowerCase() + name.slice(1)
      return [name, field(value[name], member, problems)]
    })
    // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- each value was read by the field of its name
    return Object.fromEntries(entries)
  }
}

/** @param absent what stands for the member where it has to be there and is not; the input is then refused */
export function required<T>(field: Field<T | undefined>, absent: T): Field<T> {
  return (value, path, problems) => {
    const read = field(value, path, problems)
    if (value === undefined || value === null) {
      problems.push(broken('null', path, 'Member must not be null'))
    }
    return read ?? absent
  }
}

export function string(rules: StringRules = {}): Field<string | undefined> {
  return (value, path, problems) => {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string') throw unreadable(value, 'String')
    const shown = rules.sensitive === true ? null : `'${value}'`
    checkRange(shown, value.length, 'length', path, rules, problems)
    const { pattern, oneOf } = rules
    if (pattern !== undefined && !pattern.test(value)) {
      const must = `Member must satisfy regular expression pattern: ${pattern.source}`
      problems.push(broken(shown, path, must))
    }
    if (oneOf !== undefined && !oneOf.includes(value)) {
      problems.push(
        broken(shown, path, `Member must satisfy enum value set: [${oneOf.join(', ')}]`),
      )
    }
    return value
  }
}

export function blob(range: Range): Field<Buffer | undefined> {
  return (value, path, problems) => {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string') throw unreadable(value, 'Blob')
    const bytes = Buffer.from(value, 'base64')
    if (bytes.toString('base64') !== value) throw unreadable(value, 'Blob')
    checkRange(null, bytes.length, 'length', path, range, problems)
    return bytes
  }
}

export function integer(range: Range = {}): Field<number | undefined> {
  return (value, path, problems) => {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'number') throw unreadable(value, 'Integer')
    const whole = Math.trunc(value)
    checkRange(`'${whole}'`, whole, 'value', path, range, problems)
    return whole
  }
}

export function boolean(): Field<boolean | undefined> {
  return (value) => {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'boolean') throw unreadable(value, 'Boolean')
    return value
  }
}

export function list<T>(member: Field<T>, range: Range = {}): Field<readonly T[] | undefined> {
  return (value, path, problems) => {
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value)) throw unreadable(value, 'List')
    checkRange(null, value.length, 'length', path, range, problems)
    return value.map((each: unknown, index) =>
      member(each, `${path}.${index + 1}.member${isObject(each) ? '.' : ''}`, problems),
    )
  }
}

function checkRange(
  shown: string | null,
  size: number,
  what: 'length' | 'value',
  path: string,
  { min, max }: Range,
  problems: string[],
): void {
  if (min !== undefined && size < min) {
    problems.push(broken(shown, path, `Member must have ${what} greater than or equal to ${min}`))
  }
  if (max !== undefined && size > max) {
    problems.push(broken(shown, path, `Member must have ${what} less than or equal to ${max}`))
  }
}

function broken(shown: string | null, path: string, must: string): string {
  return `Value${shown === null ? '' : ` ${shown}`} at '${path}' failed to satisfy constraint: ${must}`
}

function unreadable(value: unknown, wanted: string): ServiceError {
  const found = Array.isArray(value) ? 'LIST' : value === null ? 'NULL' : typeof value
  return new ServiceError(
    'SerializationException',
    `${found.toUpperCase()}_VALUE can not be converted to a ${wanted}`,
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
