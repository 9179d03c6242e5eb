import type { SecretStore } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { checkName } from './check.ts'
import { refuseDeleted } from './deleted.ts'

/** Sets, then removes: what is removed was often replaced by what is set. */
export function tagger(aws: SecretsManager, describe: SecretStore['describe']): SecretStore['tag'] {
  return async (name, tags, call) => {
    checkName(name)
    const entries = Object.entries(tags)
    const set = entries.flatMap(([Key, Value]) => (Value === null ? [] : [{ Key, Value }]))
    const removed = entries.flatMap(([key, value]) => (value === null ? [key] : []))
    const change = async (question: Parameters<SecretsManager['ask']>[0]): Promise<void> => {
      const { failure } = await aws.ask(question, call)
      if (failure === null) return
      if (failure.tells === 'deleted') throw await refuseDeleted(describe, name, call)
      throw await aws.refuse(failure, question)
    }
    if (set.length > 0) {
      await change({
        operation: 'TagResource',
        name,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.TagResourceCommand({ SecretId: name, Tags: set }), { abortSignal }),
      })
    }
    if (removed.length > 0) {
      await change({
        operation: 'UntagResource',
        name,
        send: (client, sdk, abortSignal) =>
          client.send(new sdk.UntagResourceCommand({ SecretId: name, TagKeys: removed }), {
            abortSignal,
          }),
      })
    }
  }
}
