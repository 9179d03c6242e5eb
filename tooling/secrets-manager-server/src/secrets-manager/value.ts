import { ServiceError } from '../service/service-error.ts'
import { MAX_VALUE_BYTES } from './members.ts'
import type { SecretValue } from './secret.ts'

/** @returns null where the request carries no value */
export function valueOf(input: {
  readonly SecretString: string | undefined
  readonly SecretBinary: Buffer | undefined
}): SecretValue | null {
  const { SecretString: text, SecretBinary: binary } = input
  if (text !== undefined && binary !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  }
  if (text !== undefined && Buffer.byteLength(text) > MAX_VALUE_BYTES) {
    throw new ServiceError(
      'ValidationException',
      "1 validation error detected: Value at 'secretString' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${MAX_VALUE_BYTES}`,
    )
  }
  if (text === undefined && binary === undefined) return null
  return { string: text ?? null, binary: binary ?? null }
}

export function valueMembers(value: SecretValue): Record<string, string> {
  return value.binary === null
    ? { SecretString: value.string ?? '' }
    : { SecretBinary: value.binary.toString('base64') }
}

/**
 * The SDKs send a token of their own; who speaks HTTP must send one.
 *
 * @throws ServiceError InvalidRequestException
 */
export function tokenOf(token: string | undefined): string {
  if (token !== undefined) return token
  throw new ServiceError(
    'InvalidRequestException',
    'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  )
}

export function tokenInUse(token: string, arn: string): ServiceError {
  return new ServiceError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  )
}
