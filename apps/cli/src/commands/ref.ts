import type { CredentialRef, CredentialState } from '@mm-secrets/core'
import { didYouMean, SecretsError } from '@mm-secrets/core'
import type { CliContext } from '../context.ts'
import type { ExitCode } from '../output/exit-code.ts'
import { note } from '../output/messages.ts'
import type { Named } from '../referring/documents.ts'
import {
  cloudFormationDocument,
  ecsDocument,
  externalSecretsDocument,
} from '../referring/documents.ts'
import type { Reference, ReferenceChoice } from '../referring/reference.ts'
import { references } from '../referring/reference.ts'
import type { Scheme } from '../run/naming.ts'
import { parseScheme, schemeNames, SCHEMES } from '../run/naming.ts'
import type { CredentialFlags } from './flags.ts'
import { asTyped, credentialFlags } from './flags.ts'
import { describeExisting, namedRef, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'
import { parseVersion } from './writing.ts'

interface RefFlags extends CredentialFlags {
  readonly format: string
  readonly as?: string | undefined
  readonly stage?: string | undefined
  readonly versionId?: string | undefined
  readonly secretStore?: string | undefined
}

const FORMATS = ['ecs', 'external-secrets', 'cloudformation'] as const
type Format = (typeof FORMATS)[number]

const STAGES = ['current', 'previous'] as const
const NAMED_SCHEMES = SCHEMES.filter((scheme) => scheme !== 'mm-python')

const DEFAULT_STORE = 'aws-secretsmanager'
/** RFC 1123, section 2.1, as Kubernetes takes names of resources. */
const RESOURCE_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/

export const ref: Verb = verb<RefFlags>({
  brief: 'Print references for readers that are not ours, pinned to one version',
  description: [
    'Prints where ECS, the External Secrets Operator or CloudFormation find the members of a credential on aws, each pinned to the same version id, so that such a reader never gets a new key with an old secret. No value is read or shown.',
    'A pinned reader does not follow a rotation: print the references again after each one and deploy them, before the old key is revoked at the exchange. A version can be read while it is current or previous; after the second rotation AWS may remove it. A reader that takes the whole secret of the json layout in one piece needs no version, since that changes in one step.',
    'What was written by another tool, is incomplete or frozen is refused. What is printed is the document itself, also with --json.',
  ],
  examples: [
    {
      does: 'The secrets of a container definition',
      line: 'mm-secrets ref --env prod --exchange bybit --format ecs',
    },
    {
      does: 'Apply an ExternalSecret',
      line: 'mm-secrets ref --env prod --exchange bybit --format external-secrets | kubectl apply -f -',
    },
  ],
  exits: [4, 5, 6, 7, 8, 12],
  flags: {
    ...credentialFlags,
    format: {
      kind: 'parsed',
      parse: asTyped,
      proposeCompletions: () => FORMATS,
      placeholder: 'FORMAT',
      brief: 'For whom: ecs, external-secrets or cloudformation',
    },
    as: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      proposeCompletions: () => NAMED_SCHEMES,
      placeholder: 'PROGRAM',
      brief: 'Whose names the variables get: mm (the default), ccxt, freqtrade or nautilus',
    },
    stage: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      proposeCompletions: () => STAGES,
      placeholder: 'STAGE',
      brief: 'Which version: current (the default) or previous',
    },
    versionId: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'ID',
      brief: 'Which version, by its id',
    },
    secretStore: {
      kind: 'parsed',
      parse: asTyped,
      optional: true,
      placeholder: 'NAME',
      brief: `The SecretStore of an ExternalSecret (default: ${DEFAULT_STORE})`,
    },
  },
  run,
})

async function run(cli: CliContext, flags: RefFlags): Promise<ExitCode> {
  const { signal, stdout } = cli.terminal
  const format = parseFormat(flags.format)
  const scheme = parseNamedScheme(flags.as ?? 'mm')
  const choice = parseChoice(flags)
  const store = parseStore(flags, format)
  const session = await openSession(cli, flags)
  const named = namedRef(session, flags, 'read')
  const state = await describeExisting(session, named, signal)
  const found = references(state, choice)
  stdout.write(documentOf(format, withNames(state, found, scheme), named, store))
  note(
    cli.terminal,
    `These stay at version ${found[0]?.versionId ?? ''}: print and deploy them again after each rotation, before the old key is revoked.`,
  )
  return 0
}

function documentOf(
  format: Format,
  named: readonly Named[],
  credential: CredentialRef,
  store: string,
): string {
  switch (format) {
    case 'ecs':
      return ecsDocument(named)
    case 'external-secrets':
      return externalSecretsDocument(named, credential, store)
    case 'cloudformation':
      return cloudFormationDocument(named)
  }
}

/** The names that `run` gives the values, by the site of the version that is referred to. */
function withNames(
  state: CredentialState,
  found: readonly Reference[],
  scheme: Scheme,
): readonly Named[] {
  const version = state.versions.find(({ id }) => id === found[0]?.versionId)
  const chosen = [{ label: state.ref.exchange, ref: state.ref }]
  const names = schemeNames(scheme, chosen, () => version?.metadata.site ?? null)
  if (names.form !== 'variables') return []
  return names.assignments.flatMap(({ keyType, variable }) => {
    const reference = found.find((each) => each.keyType === keyType)
    return reference === undefined ? [] : [{ variable, reference }]
  })
}

function parseFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text)
  if (format !== undefined) return format
  throw new SecretsError('USAGE', `--format is none that ref has.${didYouMean(text, FORMATS)}`, {
    hint: `It is one of ${FORMATS.join(', ')}.`,
  })
}

function parseNamedScheme(text: string): Scheme {
  const scheme = parseScheme(text)
  if (scheme !== 'mm-python') return scheme
  throw new SecretsError('USAGE', 'mm-python takes all values in one variable.', {
    hint: `A reference is to one value: --as is one of ${NAMED_SCHEMES.join(', ')} here.`,
  })
}

function parseChoice({ stage, versionId }: RefFlags): ReferenceChoice {
  if (stage !== undefined && versionId !== undefined) {
    throw new SecretsError('USAGE', 'Give --stage or --version-id, not both.')
  }
  if (versionId !== undefined) return { versionId: parseVersion('--version-id', versionId) }
  if (stage === undefined) return {}
  const known = STAGES.find((each) => each === stage)
  if (known !== undefined) return { stage: known }
  throw new SecretsError('USAGE', `--stage is no stage.${didYouMean(stage, STAGES)}`, {
    hint: `It is one of ${STAGES.join(', ')}.`,
  })
}

function parseStore({ secretStore }: RefFlags, format: Format): string {
  if (secretStore === undefined) return DEFAULT_STORE
  if (format !== 'external-secrets') {
    throw new SecretsError('USAGE', '--secret-store goes with --format external-secrets.')
  }
  if (RESOURCE_NAME.test(secretStore)) return secretStore
  throw new SecretsError('USAGE', '--secret-store is not the name of a SecretStore.', {
    hint: 'A name in Kubernetes has small letters, digits, hyphens and dots.',
  })
}
