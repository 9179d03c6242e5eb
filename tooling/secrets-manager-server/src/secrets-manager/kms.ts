import { ServiceError } from '../service/service-error.ts'
import type { ServiceRequest } from '../service/service.ts'
import type { ServiceContext } from './context.ts'
import type { Secret } from './secret.ts'

/** What ListSecretVersionIds shows for the account's own key. */
export const DEFAULT_KEY = 'DefaultEncryptionKey'

type KmsUse = 'encrypt' | 'decrypt'

/**
 * A secret under a key of the customer needs permission for that key too.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 *
 * @throws ServiceError as AWS passes on what KMS refuses
 */
export function useKey(
  { settings }: ServiceContext,
  request: ServiceRequest,
  secret: Pick<Secret, 'arn' | 'kmsKeyId'>,
  use: KmsUse,
): void {
  const { kms } = settings()
  if (kms === 'denied') throw denied()
  if (kms === 'failing') throw failing(use)
  if (secret.kmsKeyId === null) return
  const actions = use === 'encrypt' ? ['kms:GenerateDataKey', 'kms:Decrypt'] : ['kms:Decrypt']
  for (const action of actions) {
    try {
      request.authorize(action, keyArn(secret.kmsKeyId, request), {
        'kms:ViaService': `secretsmanager.${request.region}.amazonaws.com`,
        'kms:EncryptionContext:SecretARN': secret.arn,
      })
    } catch {
      throw denied()
    }
  }
}

function denied(): ServiceError {
  return new ServiceError('AccessDeniedException', 'Access to KMS is not allowed')
}

function failing(use: KmsUse): ServiceError {
  return use === 'decrypt'
    ? new ServiceError(
        'DecryptionFailure',
        "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      )
    : new ServiceError(
        'EncryptionFailure',
        "Secrets Manager can't encrypt the protected secret text using the provided KMS key.",
      )
}

function keyArn(id: string, { region, caller }: ServiceRequest): string {
  if (id.startsWith('arn:')) return id
  return `arn:aws:kms:${region}:${caller.accountId}:${id.startsWith('alias/') ? '' : 'key/'}${id}`
}
