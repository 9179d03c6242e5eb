import { DEFAULT_KNOBS, type KnobSettings } from './knobs.ts'

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

const FAULTS: readonly unknown[] = [
  'throttle',
  'error',
  'hang',
  'reset',
  'lost-reply',
  'late-error',
]

function knobProblem(name: string, value: unknown): string | null {
  if (!Object.hasOwn(DEFAULT_KNOBS, name)) {
    return `There is no knob '${name}'. There are: ${Object.keys(DEFAULT_KNOBS).join(', ')}.`
  }
  if (name.endsWith('Rate') && !(isNumber(value) && value >= 0 && value <= 1)) {
    return `${name} is a number from 0 to 1.`
  }
  if (name.endsWith('Ms') && !isNumber(value)) return `${name} is a number of milliseconds.`
  if (name.endsWith('Lag') && !isLag(value)) {
    return `${name} is an object of ms, changes (numbers) and varying (true or false).`
  }
  if (name === 'emptyPages' && typeof value !== 'boolean') return 'emptyPages is true or false.'
  if (name === 'kms' && !['granted', 'denied', 'failing'].includes(String(value))) {
    return 'kms is granted, denied or failing.'
  }
  if (name === 'versionQuota' && value !== null && !isNumber(value)) {
    return 'versionQuota is a number or null.'
  }
  if (name === 'next' && !(Array.isArray(value) && value.every(isPlannedFault))) {
    return `next is a list of {fault, operation, after, times}; a fault is one of ${FAULTS.join(', ')}.`
  }
  return null
}

function isLag(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.entries(value).every(([name, each]) =>
      name === 'varying'
        ? typeof each === 'boolean'
        : (name === 'ms' || name === 'changes') && isNumber(each) && each >= 0,
    )
  )
}

function isPlannedFault(value: unknown): boolean {
  return (
    isObject(value) &&
    FAULTS.includes(value['fault']) &&
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
