import type { Tag } from '@aws-sdk/client-secrets-manager'
import type {
  Instant,
  Label,
  SecretDescription,
  SecretName,
  SecretStore,
  SecretVersion,
  VersionId,
} from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { stranger } from '../errors/refuse.ts'
import { checkName } from './check.ts'
import type { SaidSecret } from './form.ts'
import { isSaidSecret } from './form.ts'

/** What is attached where, without any value. */
export function describer(aws: SecretsManager): SecretStore['describe'] {
  return async (name, call) => {
    checkName(name)
    const question = { operation: 'DescribeSecret', name } as const
    const reply = await aws.ask(
      {
        ...question,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.DescribeSecretCommand({ SecretId: name }), { abortSignal }),
      },
      call,
    )
    if (reply.failure?.name === 'ResourceNotFoundException') return null
    if (reply.failure !== null) throw await aws.refuse(reply.failure, question)
    const { output } = reply
    const said = { ...output, SecretVersionsToStages: output.VersionIdsToStages }
    if (output.Name !== name || !isSaidSecret(said)) {
      throw stranger(null, await aws.about(question))
    }
    return description(name, said)
  }
}

/** From DescribeSecret and from ListSecrets, which say the same in other words. */
export function description(name: SecretName, said: SaidSecret): SecretDescription {
  return {
    name,
    arn: said.ARN ?? null,
    versions: Object.entries(said.SecretVersionsToStages ?? {}).map(labelledVersion),
    tags: Object.fromEntries((said.Tags ?? []).flatMap(tagEntry)),
    deletedUntil: instant(said.DeletedDate),
  }
}

/** AWS gives times in seconds, with a fraction in some answers. */
export function instant(date: Date | undefined): Instant | null {
  return date === undefined ? null : date.getTime()
}

function labelledVersion([id, labels]: [string, string[]]): SecretVersion {
  return { id: id as VersionId, labels: labels as Label[], createdAt: null }
}

function tagEntry({ Key, Value }: Tag): [string, string][] {
  return Key === undefined ? [] : [[Key, Value ?? '']]
}
