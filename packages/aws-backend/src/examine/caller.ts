import type { Call, Finding, Identity } from '@mm-secrets/core'
import { errorCode, failing, fine } from '@mm-secrets/core'
import { profileOf } from '../client/client-config.ts'
import type { Patient } from './patient.ts'

export interface ExaminedCaller {
  readonly findings: readonly Finding[]
  /** null: nobody told. */
  readonly identity: Identity | null
  /** Whether there is any use in asking for secrets. */
  readonly mayGoOn: boolean
}

/** Who is asking, by whose credentials, and whether they belong to the account of the environment. */
export async function examineCaller(patient: Patient, call: Call): Promise<ExaminedCaller> {
  let identity: Identity
  try {
    identity = await patient.identify(call)
  } catch (error) {
    return unknownCaller(error)
  }
  const { accountId, env } = patient
  const who = `In ${env} we are ${identity.arn ?? 'somebody'}, ${credentialsText(patient)}`
  if (accountId !== null && identity.accountId !== accountId) {
    const message = `${who}, of another account than ${accountId}, where config.json says that ${env} lives.`
    const fix = 'Choose the right profile in config.json or AWS_PROFILE, or mend account_id.'
    const findings = [{ check: 'store', level: 'error', message, fix } as const]
    return { findings, identity, mayGoOn: false }
  }
  return {
    findings: [fine('identity', `${who}.`), ...unguarded(patient, identity)],
    identity,
    mayGoOn: true,
  }
}

/** A network may let requests out to Secrets Manager and not to STS. */
function unknownCaller(error: unknown): ExaminedCaller {
  if (errorCode(error) !== 'UNAVAILABLE') {
    return { findings: [failing('store', error)], identity: null, mayGoOn: false }
  }
  const finding = { ...failing('identity', error), level: 'warning' } as const
  return { findings: [finding], identity: null, mayGoOn: true }
}

function credentialsText({ options, settings }: Patient): string {
  const profile = profileOf(options)
  if (profile !== null) {
    const from = settings.profileFrom === 'config.json' ? 'of config.json' : 'of AWS_PROFILE'
    return `by the profile ${profile} ${from}`
  }
  return options.env['AWS_ACCESS_KEY_ID'] === undefined
    ? "by the SDK's own chain of credentials"
    : 'by AWS_ACCESS_KEY_ID'
}

function unguarded({ accountId, env }: Patient, identity: Identity): readonly Finding[] {
  if (env !== 'prod' || accountId !== null || identity.accountId === null) return []
  return [
    {
      check: 'account',
      level: 'note',
      message: `No account is named for ${env}: with the wrong profile it is looked for in another account.`,
      fix: `Put "account_id": "${identity.accountId}" into environments.${env} of config.json.`,
    },
  ]
}
