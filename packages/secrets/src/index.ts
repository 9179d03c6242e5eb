// What a program needs of core comes through here, so that it has one import.
export type {
  Check,
  Credential,
  CredentialRef,
  CredentialState,
  Deps,
  ErrorCode,
  Members,
  Secrets,
  Settings,
  WholeMembers,
} from '@mm-secrets/core'
export {
  Redacted,
  SecretsError,
  credentialRef,
  errorCode,
  formatRef,
  loadSettings,
  mask,
  rotationDays,
  statusRow,
} from '@mm-secrets/core'
export { clearCache } from './clear-cache.ts'
export type { NodeDepsOptions } from './node-deps.ts'
export { nodeDeps } from './node-deps.ts'
export { openSecrets } from './open-secrets.ts'
export type { SecretProviderOptions } from './secret-provider.ts'
export { SecretProvider, openProvider } from './secret-provider.ts'
