import type { CredentialRef } from '@mm-secrets/core'
import type { Reference } from './reference.ts'

/** A variable and where its value is. */
export interface Named {
  readonly variable: string
  readonly reference: Reference
}

/**
 * The `secrets` of a container definition.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html:
 * `arn:aws:secretsmanager:region:account:secret:name:json-key:version-stage:version-id`
 */
export function ecsDocument(named: readonly Named[]): string {
  const secrets = named.map(({ reference, variable }) => ({
    name: variable,
    valueFrom: `${reference.arn}:${reference.field ?? ''}::${reference.versionId}`,
  }))
  return `${JSON.stringify({ secrets }, null, 2)}\n`
}

/**
 * Properties whose values CloudFormation puts in place.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html:
 * `{{resolve:secretsmanager:secret-id:SecretString:json-key:version-stage:version-id}}`
 */
export function cloudFormationDocument(named: readonly Named[]): string {
  const lines = named.map(({ reference, variable }) => {
    const { arn, field, versionId } = reference
    return `${variable}: ${quoted(`{{resolve:secretsmanager:${arn}:SecretString:${field ?? ''}::${versionId}}}`)}\n`
  })
  return lines.join('')
}

/**
 * A manifest of the External Secrets Operator. A version that never changes is fetched when the manifest does.
 * https://external-secrets.io/latest/provider/aws-secrets-manager/#secret-versions: `uuid/` begins a version id
 *
 * @param store the SecretStore of its namespace
 */
export function externalSecretsDocument(
  named: readonly Named[],
  ref: CredentialRef,
  store: string,
): string {
  const name = [ref.env, ref.exchange, ref.account].filter((part) => part !== null).join('-')
  const data = named.flatMap(({ reference, variable }) => [
    `    - secretKey: ${quoted(variable)}`,
    '      remoteRef:',
    `        key: ${quoted(reference.name)}`,
    ...(reference.field === null ? [] : [`        property: ${quoted(reference.field)}`]),
    `        version: ${quoted(`uuid/${reference.versionId}`)}`,
  ])
  return [
    'apiVersion: external-secrets.io/v1',
    'kind: ExternalSecret',
    'metadata:',
    `  name: ${quoted(`${name}${ref.suffix ?? ''}`)}`,
    'spec:',
    '  refreshPolicy: OnChange',
    '  secretStoreRef:',
    `    name: ${quoted(store)}`,
    '    kind: SecretStore',
    '  data:',
    ...data,
    '',
  ].join('\n')
}

/** YAML 1.2, section 7.3.1: a JSON string is a double-quoted scalar. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
