import { blob, list, required, string, structure } from './input.ts'

// Constraints of the API model: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html

/** A value's greatest size, in bytes. */
export const MAX_VALUE_BYTES = 65_536

const MAX_TOKEN = 4096

export const secretId = required(string({ min: 1, max: 2048 }), '')
export const versionId = string({ min: 32, max: 64 })
export const versionStage = string({ min: 1, max: 256 })
export const clientRequestToken = string({ min: 32, max: 64 })
export const description = string({ max: 2048 })
export const kmsKeyId = string({ max: 2048 })
export const type = string({ max: 256 })
export const secretString = string({ min: 1, max: MAX_VALUE_BYTES, sensitive: true })
export const secretBinary = blob({ min: 1, max: MAX_VALUE_BYTES })
export const nextToken = string({ min: 1, max: MAX_TOKEN })

export const tagKeys = list(required(string({ min: 1, max: 128 }), ''))
export const tags = list(
  structure({
    Key: required(string({ min: 1, max: 128 }), ''),
    Value: required(string({ max: 256 }), ''),
  }),
)

export const filters = list(
  structure({
    Key: required(
      string({
        oneOf: [
          'description',
          'name',
          'tag-key',
          'tag-value',
          'primary-region',
          'owning-service',
          'all',
        ],
      }),
      '',
    ),
    Values: required(
      list(required(string({ max: 512, pattern: /^!?[a-zA-Z0-9 :_@/+=.\-!]*$/ }), ''), {
        min: 1,
        max: 10,
      }),
      [],
    ),
  }),
  { max: 10 },
)
