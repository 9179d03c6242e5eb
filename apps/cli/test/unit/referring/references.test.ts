import { randomUUID } from 'node:crypto'
import type { CredentialState, VersionId } from '@mm-secrets/core'
import { credentialRef } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import type { Named } from '../../../src/referring/documents.ts'
import {
  cloudFormationDocument,
  ecsDocument,
  externalSecretsDocument,
} from '../../../src/referring/documents.ts'
import { references } from '../../../src/referring/reference.ts'
import { thrown } from '../thrown.ts'
import { arn, stateOnAws } from './state-on-aws.ts'

const CURRENT = '7d1f5e0c-4a52-4a6e-9a43-0c5a34b6d001' as VersionId
const PREVIOUS = '7d1f5e0c-4a52-4a6e-9a43-0c5a34b6d000' as VersionId
const REF = credentialRef({ env: 'prod', exchange: 'bybit', account: 'hedge' })
const pair = (changes: Partial<CredentialState> = {}): CredentialState => ({
  ...stateOnAws(REF, 'pair', [CURRENT, PREVIOUS]),
  ...changes,
})

const named = (layout: 'pair' | 'json'): readonly Named[] =>
  references(stateOnAws(REF, layout, [CURRENT, PREVIOUS]), {}).map((reference) => ({
    variable: `BYBIT_HEDGE_${reference.keyType.toUpperCase()}`,
    reference,
  }))

test('all members are referred to by one version', () => {
  expect(references(pair(), {}).map(({ keyType, versionId }) => [keyType, versionId])).toEqual([
    ['api_key', CURRENT],
    ['api_secret', CURRENT],
  ])
  const previous = references(pair(), { stage: 'previous' })
  expect(new Set(previous.map(({ versionId }) => versionId))).toEqual(new Set([PREVIOUS]))
  expect(references(pair(), { versionId: PREVIOUS })).toEqual(previous)
})

test('ECS gets the complete ARN, the field of the JSON where there is one, and the version', () => {
  const key = arn('mm-bot/prod/bybit@hedge/api_key')
  const secret = arn('mm-bot/prod/bybit@hedge/api_secret')
  expect(JSON.parse(ecsDocument(named('pair')))).toEqual({
    secrets: [
      { name: 'BYBIT_HEDGE_API_KEY', valueFrom: `${key}:::${CURRENT}` },
      { name: 'BYBIT_HEDGE_API_SECRET', valueFrom: `${secret}:::${CURRENT}` },
    ],
  })
  const json = arn('mm-bot/prod/bybit@hedge')
  expect(JSON.parse(ecsDocument(named('json')))).toMatchObject({
    secrets: [
      { valueFrom: `${json}:api_key::${CURRENT}` },
      { valueFrom: `${json}:api_secret::${CURRENT}` },
    ],
  })
})

test('CloudFormation gets dynamic references', () => {
  const key = arn('mm-bot/prod/bybit@hedge/api_key')
  const [first] = cloudFormationDocument(named('pair')).split('\n')
  expect(first).toBe(
    `BYBIT_HEDGE_API_KEY: "{{resolve:secretsmanager:${key}:SecretString:::${CURRENT}}}"`,
  )
  const json = arn('mm-bot/prod/bybit@hedge')
  expect(cloudFormationDocument(named('json'))).toContain(
    `{{resolve:secretsmanager:${json}:SecretString:api_secret::${CURRENT}}}`,
  )
})

test('the External Secrets Operator gets a manifest that fetches anew when it changes', () => {
  expect(externalSecretsDocument(named('json'), REF, 'aws-secretsmanager')).toBe(
    `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: "prod-bybit-hedge"
spec:
  refreshPolicy: OnChange
  secretStoreRef:
    name: "aws-secretsmanager"
    kind: SecretStore
  data:
    - secretKey: "BYBIT_HEDGE_API_KEY"
      remoteRef:
        key: "mm-bot/prod/bybit@hedge"
        property: "api_key"
        version: "uuid/${CURRENT}"
    - secretKey: "BYBIT_HEDGE_API_SECRET"
      remoteRef:
        key: "mm-bot/prod/bybit@hedge"
        property: "api_secret"
        version: "uuid/${CURRENT}"
`,
  )
  expect(externalSecretsDocument(named('pair'), REF, 'x')).not.toContain('property')
})

const frozen = (state: CredentialState): CredentialState => ({
  ...state,
  versions: state.versions.map((version) => ({ ...version, frozen: true })),
})
const foreign = (state: CredentialState): CredentialState => ({
  ...state,
  versions: state.versions.map((version) => ({ ...version, ours: false })),
})
const PENDING = randomUUID() as VersionId
const withPending = stateOnAws(REF, 'pair', [CURRENT, PREVIOUS, PENDING])

test.each([
  ['what is deleted', pair({ deletedUntil: 1 }), {}, 'CONFLICT', /restore/],
  ['a half', pair({ condition: 'incomplete', missing: ['api_secret'] }), {}, 'INCOMPLETE', /save/],
  ['an edited member', pair({ condition: 'foreign' }), {}, 'FOREIGN_WRITE', /--adopt/],
  ['what another tool wrote', pair({ condition: 'unpaired' }), {}, 'FOREIGN_WRITE', /--adopt/],
  ['two layouts', pair({ condition: 'ambiguous' }), {}, 'AMBIGUOUS_LAYOUT', /history/],
  ['a frozen version', frozen(pair()), {}, 'REVOKED', /rotate/],
  ['a foreign version', foreign(pair()), { stage: 'previous' }, 'FOREIGN_WRITE', /belong/],
  ['no previous', pair({ previous: null }), { stage: 'previous' }, 'NOT_FOUND', /history/],
  ['an unknown version', pair(), { versionId: PENDING }, 'NOT_FOUND', /history/],
  ['a pending version', withPending, { versionId: PENDING }, 'CONFLICT', /history/],
  ['a store without ARNs', pair({ arns: {} }), {}, 'CONFIG', /SECRETS_BACKEND=aws/],
] as const)('%s is refused', (_what, state, choice, code, hint) => {
  expect(thrown(() => references(state, choice))).toMatchObject({
    code,
    hint: expect.stringMatching(hint) as unknown,
  })
})
