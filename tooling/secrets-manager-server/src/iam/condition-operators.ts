import { BlockList, isIP } from 'node:net'
import { matchesArn } from './arn-pattern.ts'
import { literal, matches, pattern, type Variables } from './pattern.ts'

export interface Operator {
  /** `…Not…`: holds where the test fits none of the values, and where the request has no such key. */
  readonly negated: boolean
  /** @param wanted as the policy writes it, variables not yet put in */
  test(value: string, wanted: string, variables: Variables | null): boolean
}

type Test = Operator['test']

const equals: Test = (value, wanted, variables) => value === literal(wanted, variables)

const equalsIgnoringCase: Test = (value, wanted, variables) =>
  value.toLowerCase() === literal(wanted, variables)?.toLowerCase()

const like: Test = (value, wanted, variables) => {
  const tokens = pattern(wanted, variables)
  return tokens !== null && matches(tokens, value)
}

const arnLike: Test = (value, wanted, variables) => matchesArn(wanted, value, variables)

const bool: Test = (value, wanted, variables) =>
  value.toLowerCase() === literal(wanted, variables)?.toLowerCase()

function compared(read: (text: string) => number, fits: (a: number, b: number) => boolean): Test {
  return (value, wanted, variables) => {
    const [a, b] = [read(value), read(literal(wanted, variables) ?? '')]
    return !Number.isNaN(a) && !Number.isNaN(b) && fits(a, b)
  }
}

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

/** ISO 8601, or seconds since the epoch. */
const instant = (text: string): number =>
  /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text)

const within: Test = (value, wanted, variables) => {
  const range = addressRange(literal(wanted, variables) ?? '')
  // BlockList would let `::/0` hold every IPv4 address.
  return (
    range !== null && isIP(value) === range.version && range.addresses.check(value, range.family)
  )
}

interface AddressRange {
  readonly version: number
  readonly family: 'ipv4' | 'ipv6'
  readonly addresses: BlockList
}

/** @param text '203.0.113.0/24', '2001:db8::/32' or one address; null: neither */
export function addressRange(text: string): AddressRange | null {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const most = version === 4 ? 32 : 128
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity
  if (version === 0 || rest.length > 0 || prefix > most) return null
  const addresses = new BlockList()
  addresses.addSubnet(address, prefix, family)
  return { version, family, addresses }
}

const both = (name: string, negation: string, test: Test): [string, Operator][] => [
  [name, { negated: false, test }],
  [negation, { negated: true, test }],
]
const only = (name: string, test: Test): [string, Operator] => [name, { negated: false, test }]

/**
 * By name in lower case. `Null` is not among them, for it asks for the key and not for its value.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const operators: Readonly<Record<string, Operator>> = Object.fromEntries([
  ...both('stringequals', 'stringnotequals', equals),
  ...both('stringequalsignorecase', 'stringnotequalsignorecase', equalsIgnoringCase),
  ...both('stringlike', 'stringnotlike', like),
  // ArnEquals and ArnLike behave the same.
  ...both('arnequals', 'arnnotequals', arnLike),
  ...both('arnlike', 'arnnotlike', arnLike),
  only('bool', bool),
  ...both(
    'numericequals',
    'numericnotequals',
    compared(number, (a, b) => a === b),
  ),
  only(
    'numericlessthan',
    compared(number, (a, b) => a < b),
  ),
  only(
    'numericlessthanequals',
    compared(number, (a, b) => a <= b),
  ),
  only(
    'numericgreaterthan',
    compared(number, (a, b) => a > b),
  ),
  only(
    'numericgreaterthanequals',
    compared(number, (a, b) => a >= b),
  ),
  ...both(
    'dateequals',
    'datenotequals',
    compared(instant, (a, b) => a === b),
  ),
  only(
    'datelessthan',
    compared(instant, (a, b) => a < b),
  ),
  only(
    'datelessthanequals',
    compared(instant, (a, b) => a <= b),
  ),
  only(
    'dategreaterthan',
    compared(instant, (a, b) => a > b),
  ),
  only(
    'dategreaterthanequals',
    compared(instant, (a, b) => a >= b),
  ),
  ...both('ipaddress', 'notipaddress', within),
])
