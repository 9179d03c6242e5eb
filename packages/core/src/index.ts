export type { AccessEvent, AccessTrail, Accesses } from './audit/access-trail.ts'
export type {
  Action,
  AuditEvent,
  AuditHead,
  AuditLog,
  AuditRecord,
  AuditSink,
  AuditVerdict,
} from './audit/event.ts'
export type { FileAuditLogOptions } from './audit/file-audit-log.ts'
export { fileAuditLog } from './audit/file-audit-log.ts'
export type { HomeAuditKeysOptions } from './audit/home-keys.ts'
export { homeAuditKeys } from './audit/home-keys.ts'
export type { AuditKey, AuditKeyId, AuditKeys } from './audit/keys.ts'
export type { Reader, Unusual } from './audit/readers.ts'
export { readersInHome, readersInStore } from './audit/readers.ts'
export { auditSinks } from './audit/sinks.ts'
export { stderrAuditSink } from './audit/stderr-sink.ts'
export { pairedBackend } from './backend/paired/paired-backend.ts'
export type {
  Label,
  SecretDescription,
  SecretStore,
  SecretVersion,
  VersionChoice,
} from './backend/paired/secret-store.ts'
export { backendByEnvironment } from './backend/by-environment.ts'
export { documentBackend } from './backend/document/document-backend.ts'
export type { DocumentStore, VaultDocument } from './backend/document/document.ts'
export { commandLine } from './backend/refusals.ts'
export { seededBackend } from './backend/seeded.ts'
export type {
  Backend,
  CredentialKeeper,
  CredentialReader,
  CredentialState,
  CredentialWriter,
  Draft,
  ListFilter,
  MemberVersions,
  Pending,
  Version,
  VersionSelector,
} from './backend/port.ts'
export type {
  BackupContent,
  RemovedRecipient,
  UntrustedVersion,
  VaultKeeper,
  VaultRecipient,
  VaultVersion,
} from './backend/vault-keeper.ts'
export type { Credential, Members, WholeMembers } from './credential/credential.ts'
export { isWhole, memberEntries, missingMembers } from './credential/credential.ts'
export type { Environment, Exchange, KeyType } from './credential/exchange.ts'
export { ENVIRONMENTS, EXCHANGES, KEY_TYPES, isKeyType } from './credential/exchange.ts'
export type { Fingerprint } from './credential/fingerprint.ts'
export { fingerprint, shortFingerprint } from './credential/fingerprint.ts'
export { findKnownValue } from './credential/known-value.ts'
export { isPem, mask } from './credential/mask.ts'
export type { Annotation, Metadata } from './credential/metadata.ts'
export type {
  Account,
  CredentialRef,
  CredentialRefParts,
  Namespace,
  SecretName,
  Suffix,
} from './credential/name.ts'
export {
  ADMIN_NAMESPACE,
  DEFAULT_NAMESPACE,
  credentialRef,
  formatRef,
  parseEnvironment,
  parseExchange,
  parseKeyType,
  parseSecretName,
  secretName,
} from './credential/name.ts'
export { redact } from './credential/redact.ts'
export type { RedactedOrigin } from './credential/redacted.ts'
export { Redacted } from './credential/redacted.ts'
export { checkMembers, parseValue, shapeWarnings } from './credential/value.ts'
export type { Instant, Layout, Stage, VersionId } from './credential/version.ts'
export { parseVersionId } from './credential/version.ts'
export { examineAudit } from './doctor/audit.ts'
export { examineCopies, examineCredential } from './doctor/credentials.ts'
export type { Finding, FindingLevel } from './doctor/finding.ts'
export { failing, fine } from './doctor/finding.ts'
export { examineFolder } from './doctor/folder.ts'
export { examineSettings } from './doctor/settings.ts'
export { printable } from './errors/printable.ts'
export type { ErrorCode, SecretsErrorOptions } from './errors/secrets-error.ts'
export { ERROR_CODES, SecretsError, errorCode } from './errors/secrets-error.ts'
export { didYouMean, suggest } from './errors/suggestion.ts'
export type { CredentialProvider } from './provider/caching-provider.ts'
export { cachingProvider } from './provider/caching-provider.ts'
export { foreignVersions } from './rotation/foreign-versions.ts'
export { rotationDays } from './rotation/policy.ts'
export type { RecoverOptions } from './rotation/recover.ts'
export type { StatusCondition, StatusRow } from './rotation/status.ts'
export { statusRow } from './rotation/status.ts'
export type { Tickets } from './rotation/tickets.ts'
export { fileTickets } from './rotation/tickets.ts'
export type { Check, Source, WriteOptions, WriteResult, WriteStep } from './rotation/write.ts'
export type { Call } from './runtime/call.ts'
export { newCall } from './runtime/call.ts'
export type { Clock } from './runtime/clock.ts'
export { systemClock } from './runtime/clock.ts'
export type { Actor, Deps, Env, FileSystem } from './runtime/deps.ts'
export { guardedSecrets } from './session/guarded-secrets.ts'
export type { OpenedBackend } from './session/opened-backend.ts'
export { onceResolved } from './session/once-resolved.ts'
export type { Ask, Guarded, Identity, ListAsk, Secrets, WriteAsk } from './session/secrets.ts'
export type { AwsSettings } from './settings/aws-settings.ts'
export { awsSettings } from './settings/aws-settings.ts'
export { homeFolder } from './settings/home.ts'
export { loadSettings } from './settings/load-settings.ts'
export { parseBackend } from './settings/parse-settings.ts'
export { permit, permittedEnvironments } from './settings/pinning.ts'
export { resolveRef } from './settings/resolve-ref.ts'
export type {
  AuditSinkName,
  BackendName,
  EnvironmentSettings,
  Settings,
} from './settings/settings.ts'
