import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Call, Finding, Identity, SecretName } from '@mm-secrets/core'
import { failing, fine } from '@mm-secrets/core'
import type { Question } from '../client/conversation.ts'
import type { Failure } from '../errors/failure.ts'
import type { Entry } from './entries.ts'
import { isDenied } from './entries.ts'
import type { Patient } from './patient.ts'

const CHECK = 'permissions'

/** Attached to nothing, so that taking it off is refused. */
const NOBODYS_LABEL = 'mm-doctor'

/** What save and rotate need beyond what is tried: each of these would change something if it were allowed. */
const UNTRIED = ['PutSecretValue', 'DeleteSecret', 'RestoreSecret']

type Subject = Pick<Entry, 'name'>

/**
 * What the caller may do, tried on a secret that is there by requests that change nothing.
 *
 * AWS judges who asks before it judges what is asked, so that any refusal but AccessDenied means that the action is
 * allowed. In prod no value is asked for and no write is tried, not even in vain: whoever watches prod is alarmed by either.
 */
export async function examinePermissions(
  patient: Patient,
  secret: Entry,
  identity: Identity | null,
  region: string,
  call: Call,
): Promise<readonly Finding[]> {
  const resource = pattern(patient, identity, region)
  const dates = await versionDates(patient, secret, call)
  if (patient.env === 'prod') return [...dates, untriedInProd(identity, resource)]
  return [
    ...dates,
    await reading(patient, secret, call),
    await batches(patient, call),
    await writing(patient, secret, resource, call),
  ]
}

/** `arn:aws:secretsmanager:us-east-1:123456789012:secret:mm-bot/shadow/*` */
export function pattern(
  { env, namespace }: Patient,
  identity: Identity | null,
  region: string,
): string {
  return `arn:aws:secretsmanager:${region}:${identity?.accountId ?? '*'}:secret:${namespace}/${env}/*`
}

async function versionDates(
  patient: Patient,
  { name }: Subject,
  call: Call,
): Promise<readonly Finding[]> {
  const failure = await attempt(
    patient,
    name,
    'ListSecretVersionIds',
    call,
    (client, sdk, abortSignal) => {
      const command = new sdk.ListSecretVersionIdsCommand({ SecretId: name, MaxResults: 1 })
      return client.send(command, { abortSignal })
    },
  )
  if (failure === null || !isDenied(failure)) return []
  return [
    {
      check: CHECK,
      level: 'note',
      message: `ListSecretVersionIds is denied in ${patient.env}: the age of a version that another tool wrote is unknown.`,
      fix: 'Allow secretsmanager:ListSecretVersionIds beside secretsmanager:DescribeSecret.',
    },
  ]
}

/** It shows that the KMS key is usable, too; the value is dropped. */
async function reading(patient: Patient, { name }: Subject, call: Call): Promise<Finding> {
  const question = { operation: 'GetSecretValue', name } as const
  const failure = await attempt(
    patient,
    name,
    'GetSecretValue',
    call,
    (client, sdk, abortSignal) => {
      const current = { SecretId: name, VersionStage: 'AWSCURRENT' }
      return client.send(new sdk.GetSecretValueCommand(current), { abortSignal })
    },
  )
  if (failure === null) return fine('kms', `${name} was read and decrypted; its value was dropped.`)
  if (failure.name === 'ResourceNotFoundException') {
    return fine(CHECK, `${name} may be read, and has no version yet.`)
  }
  const error = await patient.aws.refuse(failure, question)
  return failing(/\bKMS\b/.test(error.message) ? 'kms' : CHECK, error)
}

/** Asks for a name that nobody has. */
async function batches(patient: Patient, call: Call): Promise<Finding> {
  const name = `${patient.namespace}/${patient.env}/nobody` as SecretName
  const failure = await attempt(
    patient,
    null,
    'BatchGetSecretValue',
    call,
    (client, sdk, abortSignal) => {
      const batch = new sdk.BatchGetSecretValueCommand({ SecretIdList: [name] })
      return client.send(batch, { abortSignal })
    },
  )
  return failure !== null && isDenied(failure)
    ? fine(CHECK, 'BatchGetSecretValue is denied: many credentials cost a request for each member.')
    : fine(CHECK, 'BatchGetSecretValue is allowed: many credentials are read at once.')
}

async function writing(
  patient: Patient,
  { name, versions }: Entry,
  resource: string,
  call: Call,
): Promise<Finding> {
  const tried = writesInVain(name, Object.keys(versions)[0] ?? null)
  const denied: string[] = []
  for (const [operation, send] of tried) {
    const failure = await attempt(patient, name, operation, call, send)
    if (failure !== null && isDenied(failure)) denied.push(operation)
  }
  return verdict(
    patient,
    resource,
    denied,
    tried.map(([operation]) => operation),
  )
}

/** Each is refused, or does nothing, whatever the caller may do. */
function writesInVain(
  name: SecretName,
  version: string | null,
): readonly (readonly [string, Send])[] {
  const create: Send = (client, sdk, abortSignal) =>
    client.send(new sdk.CreateSecretCommand({ Name: name }), { abortSignal })
  const tag: Send = (client, sdk, abortSignal) =>
    client.send(new sdk.TagResourceCommand({ SecretId: name, Tags: [] }), { abortSignal })
  const untag: Send = (client, sdk, abortSignal) =>
    client.send(new sdk.UntagResourceCommand({ SecretId: name, TagKeys: [] }), { abortSignal })
  const takeOff: Send = (client, sdk, abortSignal) => {
    const label = {
      SecretId: name,
      VersionStage: NOBODYS_LABEL,
      RemoveFromVersionId: version ?? '',
    }
    return client.send(new sdk.UpdateSecretVersionStageCommand(label), { abortSignal })
  }
  return [
    ['CreateSecret', create],
    ...(version === null ? [] : [['UpdateSecretVersionStage', takeOff] as const]),
    ['TagResource', tag],
    ['UntagResource', untag],
  ]
}

function verdict(
  { env }: Patient,
  resource: string,
  denied: readonly string[],
  tried: readonly string[],
): Finding {
  const untried = `${UNTRIED.join(', ')} were not tried: no request for them is surely harmless.`
  if (denied.length === 0) {
    return fine(CHECK, `${tried.join(', ')} are allowed in ${env}. ${untried}`)
  }
  const allow = `Allow ${[...denied, ...UNTRIED].map((each) => `secretsmanager:${each}`).join(', ')} on ${resource}.`
  if (denied.length === tried.length) {
    return {
      check: CHECK,
      level: 'note',
      message: `In ${env} this caller may read and not write: save and rotate are refused.`,
      fix: `For a bot that is as it should be. For whoever rotates: ${allow}`,
    }
  }
  return {
    check: CHECK,
    level: 'warning',
    message: `In ${env} ${denied.join(', ')} ${denied.length === 1 ? 'is' : 'are'} denied, and other writes are not: save and rotate may stop part way.`,
    fix: `${allow} ${untried}`,
  }
}

function untriedInProd(identity: Identity | null, resource: string): Finding {
  const actions = ['GetSecretValue', 'CreateSecret', 'PutSecretValue', 'UpdateSecretVersionStage']
    .map((each) => `secretsmanager:${each}`)
    .join(' ')
  const who = roleArn(identity?.arn ?? null) ?? 'YOUR-ROLE-ARN'
  return {
    check: CHECK,
    level: 'note',
    message:
      'In prod reading, writing and the KMS key were not tried: a request for a value there raises alarms, and so does one that is refused.',
    fix: `Let IAM simulate it: aws iam simulate-principal-policy --policy-source-arn ${who} --action-names ${actions} --resource-arns '${resource}'`,
  }
}

/** IAM simulates for a role, not for a session of it. The path of a role is not in the ARN of its sessions. */
function roleArn(arn: string | null): string | null {
  const [, partition, account, role] =
    /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn ?? '') ?? []
  if (partition === undefined || account === undefined || role === undefined) return arn
  return `arn:${partition}:iam::${account}:role/${role}`
}

type Send = Question<SecretsManagerClient, Sdk, unknown>['send']
type Sdk = typeof import('../client/secrets-manager-sdk.ts')

/**
 * @returns what AWS refused it with; null: it was answered
 * @throws SecretsError where there was no answer
 */
async function attempt(
  { aws }: Patient,
  name: SecretName | null,
  operation: string,
  call: Call,
  send: Send,
): Promise<Failure | null> {
  const { failure } = await aws.ask<unknown>({ operation, name, send }, call)
  if (failure === null || failure.kind === 'refused') return failure
  throw await aws.refuse(failure, { operation, name })
}
