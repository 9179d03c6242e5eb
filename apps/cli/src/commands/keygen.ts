import { generateKeyPair } from 'node:crypto'
import type { CredentialRef } from '@mm-secrets/core'
import { formatRef, parseValue, SecretsError } from '@mm-secrets/core'
import type { CliContext, Session } from '../context.ts'
import { credentialFields } from '../output/credential-fields.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { jsonLine } from '../output/json.ts'
import { note, refOptions } from '../output/messages.ts'
import type { CredentialFlags } from './flags.ts'
import { asTyped, credentialFlags } from './flags.ts'
import { namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'
import { refuseForgetting } from './writing.ts'

interface KeygenFlags extends CredentialFlags {
  readonly bits?: string | undefined
  readonly ephemeral?: boolean | undefined
}

/**
 * What Bybit's own generator offers, the first being its default: https://github.com/bybit-exchange/api-rsa-generator.
 *
 * A bot signs each order: with 2,048 bits that takes a fraction of the time, and the keys are rotated within months.
 */
const RSA_BITS = ['2048', '4096'] as const

export const keygen: Verb = verb<KeygenFlags>({
  brief: 'Make a key pair, keep its private half, and print the public one',
  description: [
    'Makes an Ed25519 pair for binance, or an RSA pair for bybit, whose private half never leaves this machine. It is stored as the api_secret of a credential that is not live yet; only the public key is printed, to be registered at the exchange.',
    'The exchange answers with an api_key. Saved with --key-type api_key and --complete, it makes the credential live: over an existing one that is a rotation. KuCoin has no such keys.',
    'Standard output is the public key (PEM), so that it can be redirected; --json prints it within a document.',
  ],
  examples: [
    { does: 'A key for binance', line: 'mm-secrets keygen --env prod --exchange binance' },
    {
      does: 'One for bybit, into a file to upload',
      line: 'mm-secrets keygen --env dev --exchange bybit --bits 4096 > bybit.pub',
    },
  ],
  exits: [5, 6, 7, 8],
  flags: {
    ...credentialFlags,
    bits: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'BITS',
      brief: 'Size of an RSA key: 2048 (the default) or 4096',
    },
    ephemeral: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Save on the memory backend, although nothing there persists',
    },
  },
  run,
})

async function run(cli: CliContext, flags: KeygenFlags): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const session = await openSession(cli, flags)
  const ref = namedRef(session, flags, 'write')
  const bits = parseBits(ref, flags.bits)
  refuseForgetting(session, flags)
  await refusePending(session, ref, signal)
  const { privateKey, publicKey } = await makePair(bits)
  const members = { api_secret: parseValue('api_secret', privateKey) }
  const { pending } = await session.secrets.save(ref, members, { signal })
  if (pending === null) throw new RangeError('Half a credential went live.')
  const ticket = pending.versionId
  if (flags.json === true) {
    const algorithm = bits === null ? 'ed25519' : `rsa-${bits}`
    stdout.write(jsonLine({ ...credentialFields(ref), algorithm, publicKey, ticket }))
  } else {
    stdout.write(publicKey)
  }
  for (const text of nextSteps(ref, ticket)) note(cli.terminal, text)
  return 0
}

/** @returns bits of an RSA key; null: Ed25519 @throws USAGE */
function parseBits(ref: CredentialRef, given: string | undefined): number | null {
  if (ref.exchange === 'kucoin') {
    throw new SecretsError('USAGE', 'KuCoin makes its keys itself; there is none to generate.', {
      hint: `Make it at the exchange, then: mm-secrets save ${refOptions(ref)}`,
    })
  }
  if (ref.exchange === 'binance') {
    if (given === undefined) return null
    throw new SecretsError('USAGE', '--bits is for RSA; a key for binance is Ed25519.')
  }
  const bits = RSA_BITS.find((known) => known === (given ?? RSA_BITS[0]))
  if (bits !== undefined) return Number(bits)
  throw new SecretsError('USAGE', `--bits is not ${RSA_BITS.join(' or ')}.`)
}

/**
 * A half that is pending must not be joined: its api_key belongs to another secret.
 *
 * @throws CONFLICT
 */
async function refusePending(
  { secrets }: Session,
  ref: CredentialRef,
  signal: AbortSignal,
): Promise<void> {
  const state = await secrets.describe(ref, { signal })
  const [pending] = state?.pending ?? []
  if (pending === undefined) return
  throw new SecretsError('CONFLICT', `A new version of ${formatRef(ref)} is pending already.`, {
    hint: `Complete it with the ticket ${pending.versionId}, or drop it: mm-secrets rotate ${refOptions(ref)} --discard`,
  })
}

/**
 * In PEM, the private half as PKCS #8 (RFC 5958): what both exchanges document.
 *
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
 */
function makePair(
  bits: number | null,
): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  const encoding = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  } as const
  return new Promise((settle, fail) => {
    const made = (error: Error | null, publicKey: string, privateKey: string): void => {
      if (error === null) settle({ privateKey, publicKey })
      else fail(error)
    }
    if (bits === null) generateKeyPair('ed25519', encoding, made)
    else generateKeyPair('rsa', { modulusLength: bits, ...encoding }, made)
  })
}

function nextSteps(ref: CredentialRef, ticket: string): readonly string[] {
  const kind = ref.exchange === 'bybit' ? '"Self-generated API Keys"' : '"Self-generated"'
  return [
    `The private half of ${formatRef(ref)} is stored and not live. Register this public key at ${ref.exchange}, under ${kind}.`,
    `Then, with the api_key that it gives you: mm-secrets save ${refOptions(ref)} --key-type api_key --complete ${ticket}`,
  ]
}
