export { awsIdentity } from './identity.ts'
export type { AwsOptions } from './options.ts'
export type { AwsSecretStoreOptions } from './store/secret-store.ts'
export { awsSecretStore } from './store/secret-store.ts'
