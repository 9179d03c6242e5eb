import { isIP } from 'node:net'

import { DEFAULT_KNOBS, type Fault, type KnobSettings } from './knobs.ts'

/** The body of `POST /_knobs`: any knob by its name, and what is done once. */
export interface KnobsRequest {
  readonly knobs: Partial<KnobSettings>
  /** First back to how the server started, its clock too. */
  readonly reset?: boolean
  readonly advanceClockMs?: number
  /** Milliseconds since the epoch; null: now. */
  readonly freezeClockAt?: number | null
  readonly clearRequests?: boolean
}

/** @returns what is wrong with the body, where something is */
export function parseKnobs(body: string): KnobsRequest | string {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return 'The body is not JSON.'
  }
  if (!isObject(value)) return 'The body is not a JSON object.'
  const { reset, advanceClockMs, freezeClockAt, clearRequests, ...rest } = value
  for (const [name, given] of Object.entries(rest)) {
    const problem = knobProblem(name, given)
    if (problem !== null) return problem
  }
  if (reset !== undefined && typeof reset !== 'boolean') return 'reset is true or false.'
  if (clearRequests !== undefined && typeof clearRequests !== 'boolean') {
    return 'clearRequests is true or false.'
  }
  if (advanceClockMs !== undefined && !isNumber(advanceClockMs)) {
    return 'advanceClockMs is a number of milliseconds.'
  }
  if (freezeClockAt !== undefined && freezeClockAt !== null && !isNumber(freezeClockAt)) {
    return 'freezeClockAt is milliseconds since the epoch, or null.'
  }
  return {
    knobs: rest,
    ...(reset === undefined ? {} : { reset }),
    ...(advanceClockMs === undefined ? {} : { advanceClockMs }),
    ...(freezeClockAt === undefined ? {} : { freezeClockAt }),
    ...(clearRequests === undefined ? {} : { clearRequests }),
  }
}

const FAULTS: readonly Fault[] = [
  'throttle',
  'error',
  'blocked',
  'banned',
  'restricted',
  'frozen',
  'hang',
  'reset',
  'lost-reply',
  'late-error',
]

function knobProblem(name: string, value: unknown): string | null {
  if (!Object.hasOwn(DEFAULT_KNOBS, name)) {
    return `There is no knob '${name}'. There are: ${Object.keys(DEFAULT_KNOBS).join(', ')}.`
  }
  if (name === 'next') {
    const planned = Array.isArray(value) && value.every(isPlannedFault)
    const faults = FAULTS.join(', ')
    return planned
      ? null
      : `next is a list of {fault, operation, after, times}; a fault is one of ${faults}.`
  }
  if (name === 'sourceIp') {
    const address = value === null || (typeof value === 'string' && isIP(value) !== 0)
    return address ? null : 'sourceIp is an address or null.'
  }
  if (!isNumber(value)) return `${name} is a number.`
  if (name.endsWith('Rate') && !(value >= 0 && value <= 1)) return `${name} is from 0 to 1.`
  if (name !== 'clockOffsetMs' && value < 0) return `${name} is not negative.`
  return null
}

function isPlannedFault(value: unknown): boolean {
  return (
    isObject(value) &&
    (FAULTS as readonly unknown[]).includes(value['fault']) &&
    Object.entries(value).every(
      ([name, each]) =>
        name === 'fault' ||
        (name === 'operation' && (each === null || typeof each === 'string')) ||
        ((name === 'after' || name === 'times') && Number.isInteger(each)),
    )
  )
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
