import type { Environment } from '../../credential/exchange.ts'
import { Redacted } from '../../credential/redacted.ts'
import { readPrivateFile } from '../../durable/private-file.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { FileDocumentsOptions } from './options.ts'

type Options = Pick<FileDocumentsOptions, 'askPassphrase' | 'fs' | 'identityPassphraseFile'>

/**
 * The passphrase of an identity: from its file, else from the person.
 *
 * @throws STORE_CREDENTIALS where there is no file and nobody may be asked
 */
export async function passphraseOf(
  options: Options,
  env: Environment,
  call: Call,
): Promise<Redacted> {
  const fromFile = await passphraseFromFile(options)
  return fromFile ?? (await ask(options, `Passphrase of the identity of ${env}: `, env, call))
}

/**
 * The passphrase of an identity that is made now; a person types it twice.
 *
 * @throws USAGE when it is empty or the second differs, STORE_CREDENTIALS where nobody may be asked
 */
export async function newPassphrase(
  options: Options,
  env: Environment,
  call: Call,
): Promise<Redacted> {
  const fromFile = await passphraseFromFile(options)
  if (fromFile !== null) return fromFile
  const first = await ask(options, `New passphrase for the identity of ${env}: `, env, call)
  if (first.reveal() === '') {
    throw new SecretsError('USAGE', 'The passphrase is empty.', {
      hint: 'Several unrelated words make a good one.',
    })
  }
  const second = await ask(options, 'The same again: ', env, call)
  if (first.reveal() !== second.reveal()) {
    throw new SecretsError('USAGE', 'The two passphrases differ.', {
      hint: 'Nothing was made; try again.',
    })
  }
  return first
}

async function passphraseFromFile(options: Options): Promise<Redacted | null> {
  const path = options.identityPassphraseFile ?? null
  if (path === null) return null
  const bytes = await readPrivateFile(options.fs, path, "the file of the identity's passphrase")
  const text = bytes?.toString('utf8').replace(/\r?\n$/, '') ?? ''
  if (text !== '') return new Redacted(text)
  const problem = bytes === null ? 'is missing' : 'is empty'
  throw new SecretsError(
    'STORE_CREDENTIALS',
    `The file of the identity's passphrase ${problem}: ${path}`,
    { hint: 'Write the passphrase into it, or unset MM_SECRETS_IDENTITY_PASSPHRASE_FILE.' },
  )
}

async function ask(
  options: Options,
  prompt: string,
  env: Environment,
  call: Call,
): Promise<Redacted> {
  if (options.askPassphrase === undefined || call.neverPrompt === true) {
    throw new SecretsError(
      'STORE_CREDENTIALS',
      `The identity of ${env} has a passphrase, and nobody can be asked for it.`,
      {
        hint: 'Run it at a terminal, or put the passphrase into a file of mode 600 that MM_SECRETS_IDENTITY_PASSPHRASE_FILE names.',
      },
    )
  }
  return options.askPassphrase(prompt)
}
