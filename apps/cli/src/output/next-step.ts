import type { CredentialState, Pending, StatusRow } from '@mm-secrets/core'
import { formatRef, KEY_TYPES } from '@mm-secrets/core'
import { refOptions } from './messages.ts'

/** What is to be done about a credential. */
export interface NextStep {
  /** What is the matter, without the command. */
  readonly why: string
  readonly command: string
}

/** What mends the condition that a credential is in; null: nothing has to be mended, it is rotated when it is due. */
export function nextStep(
  state: CredentialState,
  { condition }: Pick<StatusRow, 'condition'>,
): NextStep | null {
  const name = formatRef(state.ref)
  switch (condition) {
    case 'ambiguous':
      return {
        why: `${name} is stored in both layouts; see what is there, then delete one of them`,
        command: line('history', state),
      }
    case 'incomplete':
      return incomplete(state, name)
    case 'foreign':
    case 'unpaired':
      return foreign(state, name, condition)
    case 'pending':
      return pending(state, name)
    case 'out-of-step':
      return {
        why: `${name} is rotated, but its members are out of step for other tools; move them`,
        command: line('rotate', state, '--resume'),
      }
    case 'frozen':
    case 'exposed':
    case 'overdue':
    case 'due':
    case 'deleted':
    case 'age-unknown':
    case 'fine':
      return null
  }
}

function incomplete(state: CredentialState, name: string): NextStep {
  const half = state.pending.find(({ missing }) => missing.length > 0)
  if (half !== undefined) return halfSaved(state, name, half)
  const lacks =
    state.condition === 'absent' ? 'has no value' : `lacks ${state.missing.join(' and ')}`
  return { why: `${name} ${lacks}; save all of it`, command: line('save', state) }
}

function foreign(
  state: CredentialState,
  name: string,
  condition: 'foreign' | 'unpaired',
): NextStep {
  const whole = KEY_TYPES[state.ref.exchange].every(
    (keyType) => state.asWritten?.[keyType] !== undefined,
  )
  if (!whole) {
    return {
      why: `${name} was written by another tool, and ${state.missing.join(' and ')} is missing; save all of it`,
      command: line('save', state),
    }
  }
  return {
    why: `${name} ${foreignWords(state, condition)}; look at it and adopt it`,
    command: line('rotate', state, '--adopt'),
  }
}

/** What it means to readers: `foreign`, one member was edited; `unpaired`, all of them. */
function foreignWords(
  { current, versions }: CredentialState,
  condition: 'foreign' | 'unpaired',
): string {
  if (condition === 'unpaired') {
    return 'was written by another tool, which does not save members together'
  }
  const readable = versions.some(({ id, ours }) => id === current && ours)
  return readable
    ? 'has a member that another tool edited, which readers do not take'
    : 'has a member that another tool edited, so readers are refused'
}

function pending(state: CredentialState, name: string): NextStep {
  const waiting = state.pending.filter(({ phase }) => phase !== 'live')
  const half = waiting.find(({ missing }) => missing.length > 0)
  if (half !== undefined) return halfSaved(state, name, half)
  const [first] = waiting
  const which = state.pending.length > 1 ? ` --version-id ${first?.versionId ?? ''}` : ''
  const command = line('rotate', state, `--resume${which}`)
  if (first?.phase === 'decided') {
    return { why: `A new version of ${name} was on its way to being live; finish it`, command }
  }
  return {
    why: `A new version of ${name} is written and not live; finish it, or give it up with --discard`,
    command,
  }
}

function halfSaved(state: CredentialState, name: string, half: Pending): NextStep {
  const [missing = ''] = half.missing
  const rest = `--key-type ${missing} --complete ${half.versionId}`
  return {
    why: `Only a part of ${name} was saved; add the ${missing}, or give it up with rotate --discard`,
    command: line('save', state, rest),
  }
}

function line(verb: string, { ref }: CredentialState, rest = ''): string {
  return `mm-secrets ${verb} ${refOptions(ref)}${rest === '' ? '' : ` ${rest}`}`
}
