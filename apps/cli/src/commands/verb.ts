import { SecretsError } from '@mm-secrets/core'
import type { Aliases, Command, FlagParametersForType, TypedCommandParameters } from '@stricli/core'
import { buildCommand } from '@stricli/core'
import type { CliContext } from '../context.ts'
import type { ExitCode } from '../output/exit-code.ts'

export interface Example {
  readonly does: string
  readonly line: string
}

/** What the help, the man page and the reference say of a command beside its options. */
export interface Manual {
  /** One line, without a full stop. */
  readonly brief: string
  readonly description: readonly string[]
  readonly examples: readonly Example[]
  /** What follows the options: `-- CMD [ARGS]`. @default nothing may follow them */
  readonly operands?: string
  /** The exit codes that are worth a word here, beside 0, 1, 2 and 130. */
  readonly exits: readonly ExitCode[]
}

/** A command together with its manual: the one source of parser, help and reference. */
export interface Verb {
  readonly command: Command<CliContext>
  readonly manual: Manual
}

/** Stricli's own constraint, which an interface meets: it needs no index signature. */
type AnyFlags<FLAGS> = Readonly<Partial<Record<keyof FLAGS, unknown>>>

export interface VerbDefinition<FLAGS extends AnyFlags<FLAGS>> extends Manual {
  readonly flags: FlagParametersForType<FLAGS, CliContext>
  readonly aliases?: Aliases<keyof FLAGS & string>
  /** The one argument that is no option: `FILE`. @default there is none */
  readonly argument?: { readonly placeholder: string; readonly brief: string }
  /**
   * @param argument empty where the command has none
   * @returns the exit status
   */
  readonly run: (cli: CliContext, flags: FLAGS, argument: string) => Promise<ExitCode>
}

export function verb<FLAGS extends AnyFlags<FLAGS>>(definition: VerbDefinition<FLAGS>): Verb {
  const { flags, aliases = {}, argument, run, ...rest } = definition
  const manual = argument === undefined ? rest : { ...rest, operands: argument.placeholder }
  const positional =
    argument === undefined
      ? {}
      : {
          positional: {
            kind: 'tuple',
            parameters: [{ ...argument, parse: (input: string) => input }],
          },
        }
  // Stricli's type depends on whether there are flags at all, which a generic FLAGS leaves open.
  const parameters = { flags, aliases, ...positional } as unknown as TypedCommandParameters<
    FLAGS,
    [string?],
    CliContext
  >
  const command = buildCommand<FLAGS, [string?], CliContext>({
    docs: { brief: manual.brief },
    parameters,
    async func(given, typed = '') {
      const takesProgram = rest.operands !== undefined
      if (this.program !== null && !takesProgram) throw programRefused()
      this.process.exitCode = await run(this, given, typed)
    },
  })
  return { command, manual }
}

function programRefused(): SecretsError {
  return new SecretsError('USAGE', 'This command takes nothing behind --.', {
    hint: 'Only run starts another program.',
  })
}
