import { usage } from './signer-error.ts'

/** A half of a character outside the Basic Multilingual Plane. */
export const LONE_SURROGATE: RegExp = /\p{Surrogate}/u

/**
 * Refuses what would not arrive as it was given.
 *
 * @param name the parameter, for the message
 * @returns the value itself, now known to be a string, a boolean or a number with an exact decimal form
 * @throws USAGE naming the parameter
 */
export function checkScalar(name: string, value: unknown): string | number | boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return checkText(name, value)
  if (typeof value === 'number') return checkNumber(name, value)
  throw usage(`The parameter ${name} is ${kindOf(value)}.`, hintFor(value))
}

function checkText(name: string, text: string): string {
  if (LONE_SURROGATE.test(text)) {
    throw usage(
      `The parameter ${name} has half a character, which UTF-8 cannot hold.`,
      'Cut text between characters.',
    )
  }
  return text
}

function checkNumber(name: string, number: number): number {
  if (!Number.isFinite(number)) {
    throw usage(`The parameter ${name} is NaN or infinite.`, 'Pass a number, or leave it out.')
  }
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    throw usage(
      `The parameter ${name} is an integer beyond 2^53, which a number cannot hold exactly.`,
      'Pass it as a string.',
    )
  }
  // 1e-7 and the like: the exchanges read plain decimals.
  if (String(number).includes('e')) {
    throw usage(
      `The parameter ${name} is so small that it would be written with an exponent.`,
      'Pass it as a string of digits.',
    )
  }
  return number
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'bigint') return 'a BigInt'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function hintFor(value: unknown): string {
  if (value === null || value === undefined) return 'Leave it out where it has no value.'
  if (typeof value === 'bigint') return 'Pass it as a string of digits.'
  if (Array.isArray(value)) return 'Pass a string, comma-separated where the endpoint says so.'
  return 'Pass a string, a number or a boolean.'
}

/** Whether a value is an object literal: a Map, a list or an instance of a class would be serialised by guess. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** @throws USAGE */
export function checkParameters(parameters: unknown): void {
  if (!isPlainObject(parameters)) {
    throw usage('The parameters are not a plain object.', 'Pass an object of names and values.')
  }
}
