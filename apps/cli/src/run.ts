import { run as runStricli } from '@stricli/core'
import { buildApp, failureOf, loadRoutes } from './app.ts'
import type { CliContext, Terminal } from './context.ts'
import type { PreparedArguments } from './input/argv.ts'
import { errorJson, errorText, shownError, stackFrames } from './output/errors.ts'
import { exitCode } from './output/exit-code.ts'

/**
 * Runs one command line.
 *
 * @param prepared the arguments after the program's name
 * @returns the exit status; whatever went wrong is told on stderr
 */
export async function runCli(
  prepared: PreparedArguments,
  currentVersion: string,
  terminal: Terminal,
): Promise<number> {
  const args = withoutHelpCommand(prepared.args)
  const failures: unknown[] = []
  try {
    const app = buildApp(await loadRoutes(args), currentVersion, failures)
    const context: CliContext = {
      // `run` sets the exit code only where there is none.
      process: {
        stdout: terminal.stdout,
        stderr: { write: () => undefined },
        exitCode: null,
      },
      terminal,
      argvValues: prepared.values,
      program: prepared.program,
    }
    await runStricli(app, args, context)
    const failure = failureOf(failures)
    if (failure === null) return Number(context.process.exitCode ?? 0)
    tell(terminal, args, failure.error)
    return exitCode(failure.error)
  } catch (error) {
    tell(terminal, args, error)
    return exitCode(error)
  }
}

/** `mm-secrets help save` is `mm-secrets save --help`. */
function withoutHelpCommand(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args
  return first === 'help' ? [...rest, '--help'] : args
}

function tell(terminal: Terminal, args: readonly string[], error: unknown): void {
  const { env, stderr } = terminal
  const shown = shownError(error)
  stderr.write(args.includes('--json') ? errorJson(shown) : errorText(shown, terminal))
  if (shown.code === 'BUG' && env['MM_SECRETS_DEBUG'] === '1') stderr.write(stackFrames(error))
}
