import type { Finding } from '@mm-secrets/core'
import { fine } from '@mm-secrets/core'
import type { Patient } from './patient.ts'

/** The domains of AWS's partitions, VPC endpoints included. */
const AWS_HOST = /\.(?:amazonaws\.com(?:\.cn)?|api\.aws|amazonwebservices\.com\.cn)$/

/** Where the secrets are, who said so, and whether the answers come from AWS at all. */
export function examinePlace(patient: Patient, region: string): readonly Finding[] {
  const { env, heard, options, settings } = patient
  return [
    fine('region', `${env} is in ${region}, ${origin(settings.regionFrom)}.`),
    ...overruled(patient, 'region', 'AWS_REGION', regionVariable(options.env)),
    ...overruled(patient, 'profile', 'AWS_PROFILE', options.env['AWS_PROFILE']),
    ...elsewhere(heard.host),
  ]
}

function origin(from: Patient['settings']['regionFrom']): string {
  switch (from) {
    case 'config.json':
      return 'as config.json says'
    case 'variable':
      return 'as AWS_REGION or AWS_DEFAULT_REGION says'
    case null:
      return 'by the profile or by default'
  }
}

function regionVariable(env: Patient['options']['env']): string | undefined {
  return env['AWS_REGION'] === '' ? undefined : (env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'])
}

/** A variable that a person may believe in, while config.json counts. */
function overruled(
  { env, settings }: Patient,
  what: 'region' | 'profile',
  variable: string,
  content: string | undefined,
): readonly Finding[] {
  const counts = settings[what]
  if (settings[`${what}From`] !== 'config.json' || counts === null) return []
  if (content === undefined || content === '' || content === counts) return []
  return [
    {
      check: what,
      level: 'note',
      message: `${variable} names another ${what} than config.json does for ${env}, where ${counts} counts.`,
      fix: `Mend the ${what} of ${env} in config.json if that is not what you mean.`,
    },
  ]
}

function elsewhere(host: string | null): readonly Finding[] {
  if (host === null || AWS_HOST.test(host)) return []
  return [
    {
      check: 'endpoint',
      level: 'note',
      message: `Requests for AWS go to ${host}.`,
      fix: 'Unset AWS_ENDPOINT_URL, or endpoint_url in ~/.aws/config, when you are done trying things.',
    },
  ]
}
