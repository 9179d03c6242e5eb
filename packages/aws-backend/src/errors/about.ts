import type { Env, SecretName } from '@mm-secrets/core'

/** What was asked, for the words of an error. */
export interface About {
  /** As IAM has it: `secretsmanager:GetSecretValue`. */
  readonly action: string
  /** null: the request names no secret. */
  readonly name: SecretName | null
  readonly region: string
  readonly profile: string | null
  readonly env: Env
}

/** `GetSecretValue`. */
export function operation(about: About): string {
  return about.action.slice(about.action.indexOf(':') + 1)
}

/** `GetSecretValue of mm-bot/prod/bybit/api_key in us-east-1`. */
export function request(about: About): string {
  return `${operation(about)}${about.name === null ? '' : ` of ${about.name}`} in ${about.region}`
}

/** ` --profile hedge`, or nothing, to follow a command of the aws program. */
export function profileFlag(profile: string | null): string {
  if (profile === null) return ''
  return ` --profile ${shellWord(profile)}`
}

/** A word of a command that a person may paste into a shell, whoever chose it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
