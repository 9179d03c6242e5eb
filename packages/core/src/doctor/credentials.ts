import { commandLine } from '../backend/refusals.ts'
import type { CredentialState, Version } from '../backend/port.ts'
import { formatRef } from '../credential/name.ts'
import type { Instant } from '../credential/version.ts'
import type { StatusRow } from '../rotation/status.ts'
import type { Finding, FindingLevel } from './finding.ts'
import { fine } from './finding.ts'
import { examineTime } from './time.ts'

const DAY_MS = 86_400_000
/** Testing a copy before its promotion takes days, not weeks; after that it is a live key that nobody remembers. */
const STALE_COPY_DAYS = 14

/**
 * What is to be mended of a credential, from its metadata alone.
 *
 * @param row the same credential under the rotation policy
 */
export function examineCredential(
  state: CredentialState,
  row: StatusRow,
  now: Instant,
): readonly Finding[] {
  const name = formatRef(state.ref)
  const current = currentOf(state)
  const found =
    state.deletedUntil === null
      ? [
          ...stored(state, name),
          ...frozen(state, current, name),
          ...exposed(state, current, name),
          ...age(state, row, name, now),
          ...previous(state, row, name),
        ]
      : exposed(state, current, name)
  const all = [...found, ...future(state, name, now)]
  return all.length > 0 ? all : [fine('credential', `${name} is whole and not due.`)]
}

/**
 * Copies under a suffix that were forgotten: promoted already, or never.
 *
 * @param states everything of one environment
 */
export function examineCopies(
  states: readonly CredentialState[],
  now: Instant,
): readonly Finding[] {
  return states.flatMap((copy) => {
    const { ref, deletedUntil } = copy
    const version = currentOf(copy)
    if (ref.suffix === null || deletedUntil !== null || version === null) return []
    const name = formatRef(ref)
    const remove = commandLine('delete', ref)
    const original = states.find((state) => isOriginal(state, copy))
    if (original !== undefined && sameKey(currentOf(original), version)) {
      return [
        {
          check: 'copy',
          level: 'note',
          message: `${name} holds the key of ${formatRef(original.ref)}: it was promoted.`,
          fix: `Delete the copy: ${remove}`,
        },
      ]
    }
    const { createdAt } = version.metadata
    if (createdAt === null || now - createdAt < STALE_COPY_DAYS * DAY_MS) return []
    const promote = commandLine('rotate', { ...ref, suffix: null }, `--from-suffix ${ref.suffix}`)
    return [
      {
        check: 'copy',
        level: 'note',
        message: `${name} waits for its promotion since ${days(now - createdAt)}.`,
        fix: `Promote it (${promote}), or delete it: ${remove}`,
      },
    ]
  })
}

function stored(state: CredentialState, name: string): readonly Finding[] {
  const { ref } = state
  const recovery = `${commandLine('rotate', ref, '--resume')} (or --discard)`
  switch (state.condition) {
    case 'ambiguous':
      return mend('layout', 'error', `${name} is stored in both layouts.`, listing(state))
    case 'absent':
      return mend('members', 'note', `${name} has a name and no version.`, commandLine('save', ref))
    case 'incomplete':
      return mend(
        'members',
        'warning',
        `${name} is incomplete: ${state.missing.join(', ')} missing.`,
        `Save the rest (${commandLine('save', ref, missingOption(state))}), or drop it: ${commandLine('rotate', ref, '--discard')}`,
      )
    case 'foreign':
    case 'unpaired':
      return mend(
        'members',
        'warning',
        `${name} was written by another tool, not as a whole.`,
        `If what is there is right, take it over: ${commandLine('rotate', ref, '--adopt')}`,
      )
    case 'whole':
      if (state.pending.length === 0) return []
      if (state.pending.every(({ phase }) => phase === 'live')) return outOfStep(state, name)
      return mend('pending', 'warning', `A rotation of ${name} stopped part way.`, recovery)
  }
}

function outOfStep({ ref }: CredentialState, name: string): readonly Finding[] {
  const message = `${name} is rotated, but not for readers that are not ours: its members are out of step for them.`
  return mend('pending', 'warning', message, commandLine('rotate', ref, '--resume'))
}

/** A half save is joined member by member. */
function missingOption({ missing }: CredentialState): string {
  const [only] = missing
  return only !== undefined && missing.length === 1 ? `--key-type ${only}` : ''
}

/** Which of two layouts to drop, `history` tells. */
function listing(state: CredentialState): string {
  return `See what is there: ${commandLine('history', state.ref)}`
}

function frozen(state: CredentialState, current: Version | null, name: string): readonly Finding[] {
  if (current?.frozen !== true) return []
  const message = `${name} is frozen by an incident: nothing reads it.`
  return mend('frozen', 'error', message, rotate(state))
}

function exposed(
  state: CredentialState,
  current: Version | null,
  name: string,
): readonly Finding[] {
  if (current === null || current.metadata.exposedAt === null) return []
  // What is revoked opens nothing any more.
  if (current.metadata.revokedAt !== null) return []
  const message = `${name} is exposed: its value passed where others could read it.`
  if (state.deletedUntil === null) return mend('exposed', 'error', message, rotate(state))
  return mend('exposed', 'error', message, 'Revoke the key at the exchange.')
}

function age(
  state: CredentialState,
  { dueAt, overdueAt }: StatusRow,
  name: string,
  now: Instant,
): readonly Finding[] {
  if (state.current === null) return []
  if (overdueAt === null || dueAt === null) {
    const message = `The age of ${name} is unknown.`
    return mend(
      'rotation',
      'note',
      message,
      `Its age counts from the next rotation on: ${rotate(state)}`,
    )
  }
  if (now >= overdueAt) {
    const message = `The rotation of ${name} is overdue by ${days(now - overdueAt)}.`
    return mend('rotation', 'warning', message, rotate(state))
  }
  if (now < dueAt) return []
  const message = `The rotation of ${name} is due within ${days(overdueAt - now)}.`
  return mend('rotation', 'note', message, rotate(state))
}

function previous(state: CredentialState, row: StatusRow, name: string): readonly Finding[] {
  if (row.notRevoked === null) return []
  return mend(
    'revocation',
    'note',
    `The key that ${name} had before is not known to be revoked.`,
    `Revoke it at the exchange, then say so: ${commandLine('rotate', state.ref, '--old-revoked')}`,
  )
}

function future(state: CredentialState, name: string, now: Instant): readonly Finding[] {
  const latest = Math.max(...state.versions.map(({ metadata }) => metadata.createdAt ?? 0), 0)
  return examineTime(name, latest, now)
}

function isOriginal({ ref }: CredentialState, copy: CredentialState): boolean {
  const { account, env, exchange, namespace } = copy.ref
  return (
    ref.suffix === null &&
    ref.account === account &&
    ref.env === env &&
    ref.exchange === exchange &&
    ref.namespace === namespace
  )
}

function sameKey(one: Version | null, other: Version): boolean {
  const print = other.metadata.fingerprints.api_key
  return print !== undefined && one?.metadata.fingerprints.api_key === print
}

function currentOf(state: CredentialState): Version | null {
  return state.versions.find(({ id }) => id === state.current) ?? null
}

function mend(
  check: string,
  level: FindingLevel,
  message: string,
  fix: string,
): readonly Finding[] {
  return [{ check, level, message, fix }]
}

function rotate(state: CredentialState): string {
  return commandLine('rotate', state.ref)
}

function days(ms: number): string {
  const whole = Math.floor(ms / DAY_MS)
  if (whole === 0) return 'less than a day'
  return whole === 1 ? '1 day' : `${whole} days`
}
