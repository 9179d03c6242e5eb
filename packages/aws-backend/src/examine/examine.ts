import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { Call, Finding, Identity } from '@mm-secrets/core'
import { errorCode, failing, fine, parseSecretName } from '@mm-secrets/core'
import type { ClientConfig } from '../client/client-config.ts'
import { openClient } from '../client/open-client.ts'
import { secretsManager } from '../client/secrets-manager.ts'
import { lookUpEvents } from '../cloudtrail/look-up.ts'
import type { AwsOptions } from '../options.ts'
import { examineCaller } from './caller.ts'
import { examineClock } from './clock.ts'
import type { Entries, Entry } from './entries.ts'
import { findEntries } from './entries.ts'
import type { Heard } from './heard.ts'
import { listen } from './heard.ts'
import type { Patient } from './patient.ts'
import { examinePermissions, pattern } from './permissions.ts'
import { examinePlace } from './place.ts'
import { examineSecrets } from './secrets.ts'

/** What is asked of STS and CloudTrail: a network may let nobody out to them, and let us out to Secrets Manager. */
const BRIEFLY_MS = 8000

/** Whose secrets are examined, as whom. */
export type AwsExamination = Omit<Patient, 'aws' | 'heard' | 'lookUp'>

/**
 * What is to be mended of the secrets of one environment and of the way to them: caller, region, clock, permissions,
 * and what metadata tells of each secret. Nothing is changed; in prod no value is asked for.
 */
export async function examineAws(
  examination: AwsExamination,
  call: Call,
): Promise<readonly Finding[]> {
  const { options } = examination
  const heard: Heard = { skewMs: null, host: null }
  const aws = secretsManager({ ...options, client: () => listeningClient(options, heard) })
  return examine({ ...examination, aws, heard, lookUp: lookUpEvents(options) }, call)
}

async function listeningClient(options: AwsOptions, heard: Heard): Promise<SecretsManagerClient> {
  const sdk = await import('../client/secrets-manager-sdk.ts')
  const make = (config: ClientConfig) => new sdk.SecretsManagerClient(config)
  const { client } = await openClient(options, 'SECRETS_MANAGER', make)
  listen(client, heard, options.clock)
  return client
}

async function examine(patient: Patient, call: Call): Promise<readonly Finding[]> {
  const caller = await examineCaller(patient, briefly(patient, call))
  if (!caller.mayGoOn) return caller.findings
  const { region } = await patient.aws.about({ operation: 'ListSecrets', name: null })
  let entries: Entries
  try {
    entries = await findEntries(patient, call)
  } catch (error) {
    // A clock that is wrong is refused; the error says so.
    return [...caller.findings, ...examinePlace(patient, region), failing('store', error)]
  }
  return [
    ...caller.findings,
    ...examinePlace(patient, region),
    ...examineClock(patient.heard),
    store(patient, entries, region, pattern(patient, caller.identity, region)),
    ...listing(entries),
    ...(await permissions(patient, entries, caller.identity, region, call)),
    ...(await trail(patient, call)),
    ...examineSecrets(entries.found, patient.settings.kmsKey),
  ]
}

/** Where a request gets no answer the others are told all the same. */
async function permissions(
  patient: Patient,
  { found }: Entries,
  identity: Identity | null,
  region: string,
  call: Call,
): Promise<readonly Finding[]> {
  const subject = subjectOf(found)
  if (subject === null) return []
  try {
    return await examinePermissions(patient, subject, identity, region, call)
  } catch (error) {
    return [failing('permissions', error)]
  }
}

/** The secret on which permissions are tried: one of ours that is alive, and has a version if any has. */
function subjectOf(entries: readonly Entry[]): Entry | null {
  const alive = entries.filter(
    ({ deletedUntil, name }) => deletedUntil === null && parseSecretName(name) !== null,
  )
  return alive.find(({ versions }) => Object.keys(versions).length > 0) ?? alive[0] ?? null
}

function store({ env }: Patient, entries: Entries, region: string, resource: string): Finding {
  const { forbidden, found, listed } = entries
  const count = found.length === 1 ? '1 secret' : `${found.length} secrets`
  if (found.length > 0) {
    return fine('store', `Secrets Manager answers: ${count} of ${env} in ${region}.`)
  }
  if (listed || forbidden === 0) return fine('store', `Nothing is stored in ${env} yet.`)
  return {
    check: 'store',
    level: 'warning',
    message: `No secret of ${env} can be seen in ${region}: each is missing, or forbidden to this caller.`,
    fix: `If there are any: allow secretsmanager:DescribeSecret and secretsmanager:GetSecretValue on ${resource}.`,
  }
}

function listing({ listed }: Entries): readonly Finding[] {
  if (listed) return [fine('listing', 'ListSecrets is allowed.')]
  return [
    {
      check: 'listing',
      level: 'note',
      message:
        'ListSecrets is denied: list and status look for the conventional names instead, and miss accounts and copies under a suffix.',
      fix: 'Allow secretsmanager:ListSecrets on Resource "*": on a pattern of names it grants nothing.',
    },
  ]
}

/** Whether AWS's own log can be asked; what is missing here costs a command, not a store. */
async function trail(patient: Patient, call: Call): Promise<readonly Finding[]> {
  const since = patient.options.clock.now() - 60_000
  const page = { resource: 'mm-secrets doctor', since, token: null }
  try {
    await patient.lookUp(page, briefly(patient, call))
    return [fine('cloudtrail', 'CloudTrail answers.')]
  } catch (error) {
    if (errorCode(error) === 'INTERRUPTED') throw error
    return [{ ...failing('cloudtrail', error), level: 'note' }]
  }
}

function briefly({ options }: Patient, call: Call): Call {
  return { ...call, deadline: Math.min(call.deadline, options.clock.now() + BRIEFLY_MS) }
}
