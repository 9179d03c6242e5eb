import type { Input, Operation, Service } from '../service/service.ts'
import { batchGetSecretValue } from './batch-get-secret-value.ts'
import type { ServiceContext } from './context.ts'
import { createSecret } from './create-secret.ts'
import { deleteSecret, restoreSecret } from './deletion.ts'
import { describeSecret } from './describe-secret.ts'
import { getRandomPassword } from './get-random-password.ts'
import { getSecretValue } from './get-secret-value.ts'
import { listSecrets } from './list-secrets.ts'
import { cancelRotateSecret, getResourcePolicy, rotateSecret } from './rotation.ts'
import { tagResource, untagResource } from './tagging.ts'
import { listSecretVersionIds, updateSecretVersionStage } from './version-stages.ts'
import { putSecretValue, updateSecret } from './write-value.ts'

export function secretsManagerService(context: ServiceContext): Service {
  const operations: Readonly<Record<string, Operation>> = {
    BatchGetSecretValue: batchGetSecretValue(context),
    CancelRotateSecret: cancelRotateSecret(context),
    CreateSecret: createSecret(context),
    DeleteSecret: deleteSecret(context),
    DescribeSecret: describeSecret(context),
    GetRandomPassword: getRandomPassword(),
    GetResourcePolicy: getResourcePolicy(context),
    GetSecretValue: getSecretValue(context),
    ListSecretVersionIds: listSecretVersionIds(context),
    ListSecrets: listSecrets(context),
    PutSecretValue: putSecretValue(context),
    RestoreSecret: restoreSecret(context),
    RotateSecret: rotateSecret(context),
    TagResource: tagResource(context),
    UntagResource: untagResource(context),
    UpdateSecret: updateSecret(context),
    UpdateSecretVersionStage: updateSecretVersionStage(context),
  }
  return {
    name: 'secretsmanager',
    protocol: { kind: 'json', targetPrefixes: ['secretsmanager'] },
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, { ...operation, parameters }]),
    ),
  }
}

const SECRET_MEMBERS = new Set(['SecretString', 'SecretBinary', 'RotationToken'])

/** The members as CloudTrail spells them, without values: `{"secretId": …, "versionStage": …}`. */
function parameters(input: Input): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([name]) => !SECRET_MEMBERS.has(name))
      .map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  )
}
