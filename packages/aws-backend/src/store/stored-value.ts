import type { GetSecretValueResponse } from '@aws-sdk/client-secrets-manager'
import type { Label, SecretName, SecretVersion, VersionChoice, VersionId } from '@mm-secrets/core'
import { Redacted, SecretsError } from '@mm-secrets/core'
import { instant } from './describe.ts'
import { areTexts, isDate, isPlain } from './form.ts'

export type StoredValue = SecretVersion & { readonly value: Redacted }

/** As GetSecretValue and BatchGetSecretValue give it. */
export type SaidValue = Pick<
  GetSecretValueResponse,
  'CreatedDate' | 'Name' | 'SecretBinary' | 'SecretString' | 'VersionId' | 'VersionStages'
>

/**
 * @returns null where that is not an answer of AWS to this request
 * @throws CORRUPT for a binary value, which is not of ours
 */
export function storedValue(
  name: SecretName,
  which: VersionChoice,
  said: SaidValue,
): StoredValue | null {
  const { CreatedDate, SecretString, VersionStages = [] } = said
  if (said.Name !== name || !isPlain(said.VersionId)) return null
  if ('versionId' in which && which.versionId !== said.VersionId) return null
  if (!areTexts(VersionStages) || !isDate(CreatedDate)) return null
  if (SecretString === undefined) {
    if (said.SecretBinary === undefined) return null
    throw new SecretsError('CORRUPT', `${name} holds a binary value, version ${said.VersionId}.`, {
      hint: 'Another tool wrote it. Save the credential again, or see aws secretsmanager list-secret-version-ids.',
    })
  }
  if (typeof SecretString !== 'string') return null
  return {
    id: said.VersionId as VersionId,
    labels: VersionStages as Label[],
    createdAt: instant(CreatedDate),
    value: new Redacted(SecretString),
  }
}
