import type { CredentialState, Environment } from '@mm-secrets/core'
import { parseEnvironment, SecretsError } from '@mm-secrets/core'
import type { ComparedPair, Comparison, Relation } from '../comparing/compare.ts'
import { compareStates, placeOf } from '../comparing/compare.ts'
import type { CliContext } from '../context.ts'
import type { ExitCode } from '../output/exit-code.ts'
import type { Json } from '../output/json.ts'
import { jsonLine } from '../output/json.ts'
import { note, wantsJson, warn } from '../output/messages.ts'
import { printTable } from '../output/print-table.ts'
import type { OutputFlags } from './flags.ts'
import { asTyped, outputFlags, scopeFlags } from './flags.ts'
import { listAll, openSession } from './session.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

interface DiffFlags extends OutputFlags {
  readonly env: readonly string[]
  readonly exchange?: string | undefined
  readonly isolation?: boolean | undefined
}

const DID_NOT_PASS = 13

export const diff: Verb = verb<DiffFlags>({
  brief: 'Compare the credentials of two environments, without reading a value',
  description: [
    'Shows which credentials exist in one environment only, which differ, as they should, and which are the same value in both, which is an error: a key must never serve two environments. Fingerprints are compared, no value is read. Old versions and other accounts count, too.',
    'It passes, with exit 0, when both have the same credentials and share no value; otherwise it exits with 13. With --isolation a credential that one of them lacks is no failure. What has no fingerprint, because another tool wrote it or it is too short, cannot be told apart and does not pass. A copy under a suffix may be missing on either side.',
  ],
  examples: [
    { does: 'Before a promotion', line: 'mm-secrets diff --env shadow --env prod' },
    {
      does: 'In a cron job: is anything shared?',
      line: 'mm-secrets diff --env dev --env shadow --isolation',
    },
  ],
  exits: [5, 6, 7, 9, 13],
  flags: {
    env: {
      kind: 'parsed',
      parse: asTyped,
      variadic: true,
      placeholder: 'ENV',
      brief: 'The two environments to compare; given twice',
    },
    exchange: scopeFlags.exchange,
    isolation: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: 'Fail only where a value is shared or cannot be told apart',
    },
    ...outputFlags,
  },
  run,
})

async function run(cli: CliContext, flags: DiffFlags): Promise<ExitCode> {
  const envs = twoEnvironments(flags.env)
  const session = await openSession(cli, flags)
  const { signal, stdout } = cli.terminal
  const sides: (readonly CredentialState[])[] = []
  // Each is named, so its passphrase may be asked for; one after the other, as questions must be.
  for (const env of envs) sides.push(await listAll(session, { ...flags, env }, signal))
  const comparison = compareStates(sides[0] ?? [], sides[1] ?? [])
  const failures = failuresOf(comparison, envs, flags.isolation === true)
  if (wantsJson(cli.terminal, flags)) {
    stdout.write(jsonLine(document(comparison, envs, failures.length === 0)))
  } else if (comparison.pairs.length > 0) {
    const columns = ['CREDENTIAL', ...envs.map((env) => env.toUpperCase()), 'VALUES']
    printTable(
      cli.terminal,
      columns.map((title) => ({ title, drop: 0 })),
      comparison.pairs.map(cells),
    )
  }
  // Otherwise a wrong MM_SECRETS_HOME would pass unseen.
  if (comparison.pairs.length === 0) note(cli.terminal, 'Nothing is stored in either of them.')
  for (const text of failures) warn(cli.terminal, text)
  return failures.length === 0 ? 0 : DID_NOT_PASS
}

type Two = readonly [Environment, Environment]

function twoEnvironments(given: readonly string[]): Two {
  const [first, second, third] = given.map(parseEnvironment)
  if (first === undefined || second === undefined || third !== undefined || first === second) {
    throw new SecretsError('USAGE', '--env is to be given twice, for two environments.', {
      hint: 'mm-secrets diff --env shadow --env prod',
    })
  }
  return [first, second]
}

/** Why the check does not pass, in words; empty: it does. */
function failuresOf({ pairs, shared }: Comparison, envs: Two, isolation: boolean) {
  const sharing = shared.map(
    ({ first, keyType, second }) =>
      `${first} and ${second} know the same ${keyType}: make a key of its own for one of them.`,
  )
  const rest = pairs.flatMap(({ relation, state }) => {
    const place = placeOf(state)
    const isCopy = state.ref.suffix !== null
    if (relation === 'unknown') {
      return [`${place} cannot be told apart: it was written by another tool, or is too short.`]
    }
    if (isolation || isCopy) return []
    if (relation === 'first-only') return [`${envs[1]} has no ${place}.`]
    if (relation === 'second-only') return [`${envs[0]} has no ${place}.`]
    return []
  })
  return [...sharing, ...rest]
}

const WORDS: Readonly<Record<Relation, string>> = {
  different: 'different',
  'first-only': '',
  'second-only': '',
  same: 'THE SAME',
  unknown: 'cannot be told apart',
}

function cells({ relation, state }: ComparedPair): readonly string[] {
  const there = (missing: Relation): string => (relation === missing ? 'missing' : 'there')
  return [placeOf(state), there('second-only'), there('first-only'), WORDS[relation]]
}

function document({ pairs, shared }: Comparison, envs: Two, passed: boolean): Json {
  return {
    credentials: pairs.map(({ relation, state }) => ({
      account: state.ref.account,
      credential: placeOf(state),
      exchange: state.ref.exchange,
      relation,
      suffix: state.ref.suffix,
    })),
    environments: envs,
    passed,
    shared: shared.map((each) => ({ ...each })),
  }
}
