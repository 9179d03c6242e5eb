import { ENVIRONMENTS, EXCHANGES } from '../credential/exchange.ts'
import { AUDIT_SINKS } from './settings.ts'

/** The part of JSON Schema (draft 2020-12) that describes `config.json`. `description` is what an error tells. */
export type Schema = { readonly description: string } & (
  | { readonly type: 'string'; readonly pattern?: string }
  | { readonly type: 'string'; readonly enum: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | {
      readonly type: 'array'
      readonly items: Schema
      readonly minItems: number
      readonly uniqueItems: true
    }
  | ObjectSchema
)

export interface ObjectSchema {
  readonly type: 'object'
  readonly description: string
  /** Known names, each with its own content; no other is allowed. */
  readonly properties?: Readonly<Record<string, Schema>>
  /** Any name of this form; `additionalProperties` is the content of each. */
  readonly propertyNames?: { readonly enum: readonly string[] } | { readonly pattern: string }
  readonly additionalProperties: false | Schema
}

const ENVIRONMENT: Schema = {
  type: 'object',
  description: 'An object of settings of one environment.',
  properties: {
    account_id: {
      type: 'string',
      pattern: '^[0-9]{12}$',
      description:
        'An AWS account number of 12 digits, in quotes; callers from another are refused.',
    },
    profile: {
      type: 'string',
      pattern: '^[ -~]{1,128}$',
      description: 'The name of a profile in ~/.aws/config.',
    },
    region: {
      type: 'string',
      pattern: '^[a-z0-9]+(-[a-z0-9]+)+$',
      description: 'An AWS region, such as us-east-1.',
    },
    kms_key: {
      type: 'string',
      pattern: '^[A-Za-z0-9:/_-]{1,2048}$',
      description: 'The id, ARN or alias/name of a KMS key.',
    },
    tags: {
      type: 'object',
      description: 'An object of tags and their texts, put on every secret that is created.',
      // AWS keeps `aws:` for itself, as we keep `mm.`.
      propertyNames: { pattern: '^(?!aws:|mm\\.)[A-Za-z0-9 _.:/=+@-]{1,128}$' },
      additionalProperties: {
        type: 'string',
        pattern: '^[A-Za-z0-9 _.:/=+@-]{0,256}$',
        description: 'At most 256 letters, digits, spaces and _ . : / = + @ -',
      },
    },
    rotation_days: {
      type: 'object',
      description: 'An object of exchanges and the days after which a key is to be rotated.',
      propertyNames: { enum: EXCHANGES },
      additionalProperties: {
        type: 'integer',
        minimum: 1,
        maximum: 3650,
        description: 'A whole number of days from 1 to 3650.',
      },
    },
    audit_sinks: {
      type: 'array',
      description: 'A list of the places that take the audit records, without repetition.',
      minItems: 1,
      uniqueItems: true,
      items: {
        type: 'string',
        enum: AUDIT_SINKS,
        description: `One of ${AUDIT_SINKS.join(', ')}.`,
      },
    },
    identity: {
      type: 'string',
      enum: ['plain', 'passphrase'],
      description: 'One of plain, passphrase: how a new identity of the file backend is kept.',
    },
  },
  additionalProperties: false,
}

/** What `config.json` may hold. `config.schema.json` is this, for editors. */
export const CONFIG_SCHEMA: ObjectSchema & { readonly $schema: string; readonly title: string } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'config.json of mm-secrets',
  type: 'object',
  description: 'An object of settings.',
  properties: {
    $schema: { type: 'string', description: 'Where this schema is, for editors.' },
    environments: {
      type: 'object',
      description: `An object of settings for each of ${ENVIRONMENTS.join(', ')}.`,
      propertyNames: { enum: ENVIRONMENTS },
      additionalProperties: ENVIRONMENT,
    },
  },
  additionalProperties: false,
}
