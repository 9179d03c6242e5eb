import type { Redacted, SecretName } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html, Name */
const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/

/** The same page: a name that ends so is taken for a complete ARN when it stands for a partial one. */
const READ_AS_COMPLETE_ARN = /-.{6}$/

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html, SecretString */
const MAX_VALUE_BYTES = 65_536

/** The SDK checks neither characters nor length. @throws USAGE, before anything is sent */
export function checkName(name: SecretName): void {
  if (!NAME.test(name)) {
    throw new SecretsError('USAGE', 'The name of the secret is none that AWS takes.', {
      hint: 'A name is 1 to 512 characters: letters, digits and / _ + = . @ -',
    })
  }
  if (READ_AS_COMPLETE_ARN.test(name)) {
    throw new SecretsError('USAGE', `The name ${name} ends in a hyphen and six characters.`, {
      hint: 'AWS takes such a name for a complete ARN and finds another secret; choose another suffix.',
    })
  }
}

/** @throws INVALID_VALUE, before anything is sent */
export function checkValue(name: SecretName, value: Redacted): void {
  const bytes = Buffer.byteLength(value.reveal(), 'utf8')
  if (bytes >= 1 && bytes <= MAX_VALUE_BYTES) return
  const size = bytes === 0 ? 'is empty' : `has ${bytes} bytes`
  throw new SecretsError('INVALID_VALUE', `The value for ${name} ${size}.`, {
    hint: `AWS Secrets Manager takes 1 to ${MAX_VALUE_BYTES} bytes.`,
  })
}
