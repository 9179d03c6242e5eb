import { prepareArguments } from './input/argv.ts'
import { COMPLETE } from './completion/names.ts'
import { nodeTerminal } from './node-terminal.ts'
import { runCli } from './run.ts'

/** Runs the command line of this process and sets its exit status. */
export async function start(args: readonly string[], version: string): Promise<void> {
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
  // The reports that Node writes of a crash repeat the arguments.
  process.argv.length = 2
  const code = await runCli(prepared, version, nodeTerminal())
  // It is set already where the output could not be written.
  process.exitCode ??= code
}
