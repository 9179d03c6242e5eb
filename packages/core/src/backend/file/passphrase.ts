import type { Environment } from '../../credential/exchange.ts'
import { Redacted } from '../../credential/redacted.ts'
import { isDescriptor, readDescriptor, readPrivateFile } from '../../durable/private-file.ts'
import { SecretsError } from '../../errors/secrets-error.ts'
import type { Call } from '../../runtime/call.ts'
import type { FileDocumentsOptions } from './options.ts'

const WHAT = "the file of the identity's passphrase"

type Options = Pick<FileDocumentsOptions, 'askPassphrase' | 'fs' | 'identityPassphraseFile'>

/** Where the passphrases of identities come from: a file or a descriptor, else the person. */
export interface Passphrases {
  /** Of an identity that is there. @throws STORE_CREDENTIALS where there is no file and nobody may be asked */
  existing(env: Environment, call: Call): Promise<Redacted>
  /**
   * Of an identity that is made now; a person types it twice.
   *
   * @throws USAGE when it is empty or the second differs, STORE_CREDENTIALS where nobody may be asked
   */
  chosen(env: Environment, call: Call): Promise<Redacted>
}

export function passphrases(options: Options): Passphrases {
  const path = options.identityPassphraseFile ?? null
  let piped: Promise<Redacted> | null = null

  /** A pipe gives it once, and several environments may want it. */
  async function given(): Promise<Redacted | null> {
    if (path === null) return null
    if (!isDescriptor(path)) return parse(await readPrivateFile(options.fs, path, WHAT), path)
    piped ??= readDescriptor(options.fs, path, WHAT).then((bytes) => parse(bytes, path))
    return piped
  }

  return {
    existing: async (env, call) =>
      (await given()) ?? (await ask(options, `Passphrase of the identity of ${env}: `, env, call)),
    chosen: async (env, call) => (await given()) ?? (await askTwice(options, env, call)),
  }
}

async function askTwice(options: Options, env: Environment, call: Call): Promise<Redacted> {
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

function parse(bytes: Buffer | null, path: string): Redacted {
  const text = bytes?.toString('utf8').replace(/\r?\n$/, '') ?? ''
  if (text !== '') return new Redacted(text)
  const problem = bytes === null ? 'is missing' : 'is empty'
  throw new SecretsError(
    'STORE_CREDENTIALS',
    `The file of the identity's passphrase ${problem}: ${path}`,
    {
      hint: 'Write the passphrase into it, or unset MM_SECRETS_IDENTITY_PASSPHRASE_FILE.',
    },
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
        hint: 'Run it at a terminal, or put the passphrase into a file of mode 600, or a pipe (/dev/fd/3), that MM_SECRETS_IDENTITY_PASSPHRASE_FILE names.',
      },
    )
  }
  return options.askPassphrase(prompt)
}
