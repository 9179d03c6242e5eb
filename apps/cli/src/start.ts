import { prepareArguments } from './input/argv.ts'
import { COMPLETE } from './completion/names.ts'
import { nodeTerminal } from './node-terminal.ts'
import { runCli } from './run.ts'

/** Runs the command line of this process and sets its exit status. */
export async function start(args: readonly string[], version: string): Promise<void> {
  withoutReports()
  const [first, ...words] = args
  if (first === COMPLETE) {
    // Whatever is typed is among the words, also what should not be.
    process.title = 'mm-secrets'
    process.argv.length = 2
    const { answer } = await import('./completion/answer.ts')
    return answer(words, nodeTerminal())
  }
  const prepared = prepareArguments(args)
  // Every user of the machine reads a value on the command line until the title has overwritten it.
  if (prepared.values.length > 0) process.title = 'mm-secrets'
  // Nothing that this process loads finds a value there from now on.
  process.argv.length = 2
  const code = await runCli(prepared, version, nodeTerminal())
  // It is set already where the output could not be written.
  process.exitCode ??= code
}

/**
 * A diagnostic report holds the whole command line and the environment, and nothing takes a value out of either.
 * https://nodejs.org/api/report.html: NODE_OPTIONS may ask for reports of crashes, fatal errors and signals.
 */
function withoutReports(): void {
  process.report.reportOnUncaughtException = false
  process.report.reportOnFatalError = false
  process.report.reportOnSignal = false
}
