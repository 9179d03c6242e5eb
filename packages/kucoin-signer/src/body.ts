import { checkParameters, checkScalar, isPlainObject } from './parameter.ts'
import { usage } from './signer-error.ts'

/** What a JSON body may hold: no null, no instances of classes. What is undefined is left out. */
export type KucoinBodyValue =
  | string
  | number
  | boolean
  | readonly KucoinBodyValue[]
  | { readonly [name: string]: KucoinBodyValue | undefined }

export type KucoinBodyParameters = Readonly<Record<string, KucoinBodyValue | undefined>>

/** Deeper than any request of KuCoin's; a cycle ends here. */
const MAX_DEPTH = 16

/**
 * The JSON text of a body, in the order given, undefined left out.
 *
 * Unlike `JSON.stringify` alone it sends nothing that was not given: that turns NaN and holes into null, and lets an
 * object choose its own text.
 *
 * @throws USAGE naming the parameter (`request[0].qty`): null, NaN, Infinity, BigInt, instances of classes, integers
 *   beyond 2^53, numbers that would be written with an exponent, cycles
 */
export function kucoinBody(parameters: KucoinBodyParameters): string {
  checkParameters(parameters)
  checkObject('', parameters, 0)
  return JSON.stringify(parameters)
}

function checkValue(path: string, value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) {
    throw usage(
      `The parameter ${path} is nested too deeply.`,
      'Check that it does not hold itself.',
    )
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(`${path}[${index}]`, item, depth + 1)
  } else if (isPlainObject(value)) {
    checkObject(`${path}.`, value, depth)
  } else {
    checkScalar(path, value)
  }
}

function checkObject(prefix: string, value: object, depth: number): void {
  for (const [name, item] of Object.entries(value)) {
    if (item !== undefined) checkValue(`${prefix}${name}`, item, depth + 1)
  }
}
