import type { SecretStore } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import { checkName } from './check.ts'

/** Sets, then removes: what is removed was often replaced by what is set. */
export function tagger(aws: SecretsManager): SecretStore['tag'] {
  return async (name, tags, call) => {
    checkName(name)
    const entries = Object.entries(tags)
    const set = entries.flatMap(([Key, Value]) => (Value === null ? [] : [{ Key, Value }]))
    const removed = entries.flatMap(([key, value]) => (value === null ? [key] : []))
    if (set.length > 0) {
      await aws.demand(
        {
          operation: 'TagResource',
          name,
          send: (client, sdk, abortSignal) =>
            client.send(new sdk.TagResourceCommand({ SecretId: name, Tags: set }), { abortSignal }),
        },
        call,
      )
    }
    if (removed.length > 0) {
      await aws.demand(
        {
          operation: 'UntagResource',
          name,
          send: (client, sdk, abortSignal) =>
            client.send(new sdk.UntagResourceCommand({ SecretId: name, TagKeys: removed }), {
              abortSignal,
            }),
        },
        call,
      )
    }
  }
}
