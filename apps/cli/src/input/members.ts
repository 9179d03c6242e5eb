import type { CredentialRef, KeyType, Members, Redacted } from '@mm-secrets/core'
import { formatRef, KEY_TYPES, parseKeyType, parseValue, SecretsError } from '@mm-secrets/core'
import type { Terminal } from '../context.ts'
import { decode, MAX_INPUT_BYTES, readGivenFile } from './file.ts'
import { parseMember, parseMembers } from './parse-members.ts'
import { mayAsk } from './terminal.ts'
import { printablePath } from '../output/printable-path.ts'

/** What of the command line says where values come from. */
export interface ValueOptions {
  readonly valueFile?: string | undefined
  readonly valueStdin?: boolean | undefined
  readonly keyType?: string | undefined
  /** Deprecated: from the command line itself. */
  readonly value?: Redacted | undefined
  readonly apiKey?: Redacted | undefined
  readonly apiSecret?: Redacted | undefined
  readonly apiPassphrase?: Redacted | undefined
  readonly noInput?: boolean | undefined
}

export interface GivenMembers {
  readonly members: Members
  /** The values stood in the command line, where every user of the machine could read them. */
  readonly exposed: boolean
  /** For the person, once the values are stored or not. */
  readonly notes: readonly string[]
}

type ReadSource = (ref: CredentialRef, keyType: KeyType | null) => Promise<GivenMembers>

/** Whether the command line names a place where values come from. */
export function namesValues(options: ValueOptions): boolean {
  return (
    options.valueFile !== undefined ||
    options.valueStdin === true ||
    options.keyType !== undefined ||
    fromArgv(options)
  )
}

/**
 * The values of a save or a rotation: from a file, from standard input, from the (deprecated) command line, or asked
 * for without echo.
 *
 * @returns a whole credential, or with `--key-type` that one member
 * @throws USAGE when no place or several are named, INVALID_VALUE
 */
export async function readMembers(
  terminal: Terminal,
  ref: CredentialRef,
  options: ValueOptions,
): Promise<GivenMembers> {
  const keyType = options.keyType === undefined ? null : parseKeyType(options.keyType, ref.exchange)
  return chooseSource(terminal, options)(ref, keyType)
}

function chooseSource(terminal: Terminal, options: ValueOptions): ReadSource {
  const named: (readonly [string, ReadSource])[] = []
  const { valueFile } = options
  if (valueFile !== undefined) {
    named.push(['--value-file', (ref, keyType) => fromFile(terminal, valueFile, ref, keyType)])
  }
  if (options.valueStdin === true) {
    named.push(['--value-stdin', (ref, keyType) => fromStdin(terminal, ref, keyType)])
  }
  if (fromArgv(options)) {
    const read: ReadSource = (ref, keyType) => Promise.resolve(fromOptions(options, ref, keyType))
    named.push(['a value on the command line', read])
  }
  const [first, second] = named
  if (first !== undefined && second !== undefined) {
    throw new SecretsError('USAGE', `Give ${first[0]} or ${second[0]}, not both.`)
  }
  if (first !== undefined) return first[1]
  if (mayAsk(terminal, options)) return (ref, keyType) => fromPrompts(terminal, ref, keyType)
  throw new SecretsError('USAGE', 'No values were given, and there is nobody to ask.', {
    hint: 'Use --value-file FILE or --value-stdin; on a terminal the values are asked for.',
  })
}

async function fromFile(
  terminal: Terminal,
  path: string,
  ref: CredentialRef,
  keyType: KeyType | null,
): Promise<GivenMembers> {
  const { text, shared } = await readGivenFile(
    terminal.fs,
    terminal.platform,
    '--value-file',
    path,
    MAX_INPUT_BYTES,
  )
  const notes = shared
    ? [`Others on this machine may read ${printablePath(path)}: chmod 600 it, or delete it now.`]
    : []
  return { members: parseGiven('--value-file', ref, keyType, text), exposed: false, notes }
}

async function fromStdin(
  terminal: Terminal,
  ref: CredentialRef,
  keyType: KeyType | null,
): Promise<GivenMembers> {
  const notes = terminal.stdin.isTty
    ? ['What was typed here stays on the screen; without --value-stdin it is asked for unseen.']
    : []
  const bytes = await terminal.stdin.readAll(MAX_INPUT_BYTES, terminal.signal)
  const members = parseGiven('--value-stdin', ref, keyType, decode(bytes))
  return { members, exposed: false, notes }
}

function parseGiven(
  source: string,
  ref: CredentialRef,
  keyType: KeyType | null,
  text: string,
): Members {
  return keyType === null ? parseMembers(ref, source, text) : parseMember(keyType, text)
}

function fromArgv(options: ValueOptions): boolean {
  const { apiKey, apiPassphrase, apiSecret, value } = options
  return [apiKey, apiPassphrase, apiSecret, value].some((given) => given !== undefined)
}

function fromOptions(
  options: ValueOptions,
  ref: CredentialRef,
  keyType: KeyType | null,
): GivenMembers {
  return { members: optionMembers(options, ref, keyType), exposed: true, notes: [] }
}

function optionMembers(
  options: ValueOptions,
  ref: CredentialRef,
  keyType: KeyType | null,
): Members {
  const given: { readonly [K in KeyType]: Redacted | undefined } = {
    api_key: options.apiKey,
    api_secret: options.apiSecret,
    api_passphrase: options.apiPassphrase,
  }
  const single = Object.values(given).every((value) => value === undefined)
  if (keyType !== null) {
    if (options.value !== undefined && single) return parseMember(keyType, options.value.reveal())
    throw new SecretsError('USAGE', 'With --key-type the value is given by --value alone.')
  }
  if (options.value !== undefined) {
    throw new SecretsError('USAGE', '--value needs --key-type, which says what it is.', {
      hint: `The key types of ${ref.exchange} are ${KEY_TYPES[ref.exchange].join(', ')}.`,
    })
  }
  const members: { -readonly [K in KeyType]?: Redacted } = {}
  for (const name of ['api_key', 'api_secret', 'api_passphrase'] as const) {
    const value = given[name]
    // A member that this exchange does not have is refused by name further on.
    if (value !== undefined) members[name] = parseValue(name, value.reveal())
  }
  const missing = KEY_TYPES[ref.exchange].filter((name) => members[name] === undefined)
  if (missing.length === 0) return members
  throw new SecretsError('USAGE', `The ${missing.join(' and ')} of ${formatRef(ref)} is missing.`, {
    hint: 'Give every member, or one alone with --key-type.',
  })
}

async function fromPrompts(
  terminal: Terminal,
  ref: CredentialRef,
  keyType: KeyType | null,
): Promise<GivenMembers> {
  const keyTypes = keyType === null ? KEY_TYPES[ref.exchange] : [keyType]
  const members: { -readonly [K in KeyType]?: Redacted } = {}
  for (const name of keyTypes) members[name] = await ask(terminal, ref, name)
  return { members, exposed: false, notes: [] }
}

/** A PEM block has several lines, which cannot be typed at a prompt: `@FILE` reads it from a file. */
async function ask(terminal: Terminal, ref: CredentialRef, keyType: KeyType): Promise<Redacted> {
  const file = keyType === 'api_secret' && ref.exchange !== 'kucoin' ? ' (@FILE for a PEM key)' : ''
  const typed = await terminal.prompts.secret(`${keyType} of ${formatRef(ref)}${file}`)
  if (file === '' || !typed.startsWith('@')) return parseValue(keyType, typed)
  const { text } = await readGivenFile(
    terminal.fs,
    terminal.platform,
    keyType,
    typed.slice(1),
    MAX_INPUT_BYTES,
  )
  return parseValue(keyType, text.replace(/\r?\n$/, ''))
}
