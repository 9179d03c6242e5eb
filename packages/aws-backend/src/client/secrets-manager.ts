import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { AwsOptions } from '../options.ts'
import type { Conversation } from './conversation.ts'
import { conversation } from './conversation.ts'
import { openClient } from './open-client.ts'

export type SecretsManager = Conversation<
  SecretsManagerClient,
  typeof import('./secrets-manager-sdk.ts')
>

export interface SecretsManagerOptions extends AwsOptions {
  /** In place of the one that the other options describe. */
  readonly client?: () => Promise<SecretsManagerClient>
}

export function secretsManager(options: SecretsManagerOptions): SecretsManager {
  return conversation(options, 'secretsmanager', async () => {
    const sdk = await import('./secrets-manager-sdk.ts')
    if (options.client !== undefined) {
      const client = await options.client()
      const { credentials, region } = client.config
      return { sdk, client, credentials, region: await region() }
    }
    const make = (config: ConstructorParameters<typeof sdk.SecretsManagerClient>[0]) =>
      new sdk.SecretsManagerClient(config ?? {})
    return { sdk, ...(await openClient(options, 'SECRETS_MANAGER', make)) }
  })
}
