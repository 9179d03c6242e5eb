import type { CredentialState, Pending, StatusCondition, VersionId } from '@mm-secrets/core'
import { credentialRef, statusRow } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import { nextStep } from '../../../src/output/next-step.ts'
import { stateOnAws } from '../referring/state-on-aws.ts'

const ID = '7d1f5e0c-4a52-4a6e-9a43-0c5a34b6d001' as VersionId
const NEW = '7d1f5e0c-4a52-4a6e-9a43-0c5a34b6d002' as VersionId
const REF = credentialRef({ env: 'prod', exchange: 'bybit', account: 'hedge' })
const NAMED = '--env prod --exchange bybit --account hedge'

const state = (changes: Partial<CredentialState>): CredentialState => ({
  ...stateOnAws(REF, 'pair', [ID]),
  ...changes,
})
const waiting = (changes: Partial<Pending> = {}): Pending => ({
  versionId: NEW,
  base: ID,
  copyOf: null,
  missing: [],
  phase: 'written',
  ...changes,
})
const half = waiting({ missing: ['api_secret'] })
const live = waiting({ versionId: ID, phase: 'live' })
const both = { api_key: ID, api_secret: NEW }

test.each<readonly [StatusCondition, Partial<CredentialState>, string]>([
  ['ambiguous', { condition: 'ambiguous' }, `history ${NAMED}`],
  ['incomplete', { condition: 'absent', current: null, missing: ['api_key'] }, `save ${NAMED}`],
  [
    'incomplete',
    { condition: 'incomplete', current: null, missing: ['api_secret'] },
    `save ${NAMED}`,
  ],
  [
    'incomplete',
    { condition: 'incomplete', current: null, missing: ['api_secret'], pending: [half] },
    `save ${NAMED} --key-type api_secret --complete ${NEW}`,
  ],
  ['foreign', { condition: 'foreign', asWritten: both }, `rotate ${NAMED} --adopt`],
  ['unpaired', { condition: 'unpaired', asWritten: both }, `rotate ${NAMED} --adopt`],
  [
    'foreign',
    { condition: 'foreign', asWritten: { api_key: ID }, missing: ['api_secret'] },
    `save ${NAMED}`,
  ],
  ['pending', { pending: [waiting()] }, `rotate ${NAMED} --resume`],
  ['pending', { pending: [waiting({ phase: 'decided' })] }, `rotate ${NAMED} --resume`],
  ['pending', { pending: [live, waiting()] }, `rotate ${NAMED} --resume --version-id ${NEW}`],
  ['pending', { pending: [half] }, `save ${NAMED} --key-type api_secret --complete ${NEW}`],
  ['out-of-step', { pending: [live] }, `rotate ${NAMED} --resume`],
])('what is %s is mended by a command: %j', (condition, changes, command) => {
  const row = statusRow(state(changes), 30, 0)
  expect(row.condition).toBe(condition)
  const step = nextStep(state(changes), row)
  expect(step?.command).toBe(`mm-secrets ${command}`)
  expect(step?.why).toMatch(/prod\/bybit@hedge/)
})

test('an edited member is told apart by what readers get', () => {
  const edited = state({ condition: 'foreign', asWritten: both })
  expect(nextStep(edited, { condition: 'foreign' })?.why).toContain('readers do not take')
  const [version] = edited.versions
  const anchor = { ...edited, versions: version === undefined ? [] : [{ ...version, ours: false }] }
  expect(nextStep(anchor, { condition: 'foreign' })?.why).toContain('readers are refused')
})

test('what is decided cannot be given up any more, and nobody is told that it can', () => {
  const decided = state({ pending: [waiting({ phase: 'decided' })] })
  expect(nextStep(decided, { condition: 'pending' })?.why).not.toContain('--discard')
})

test.each(['frozen', 'exposed', 'overdue', 'due', 'deleted', 'age-unknown', 'fine'] as const)(
  'the word %s says enough',
  (condition) => {
    expect(nextStep(state({}), { condition })).toBeNull()
  },
)
