#!/usr/bin/env node
import manifest from '../package.json' with { type: 'json' }
import { prepareArguments } from './input/argv.ts'

const prepared = prepareArguments(process.argv.slice(2))
// A value on the command line can be read by every user of the machine until the title has overwritten it.
if (prepared.values.length > 0) process.title = 'mm-secrets'
// Reports that Node writes in a crash repeat the arguments.
process.argv.length = 2

const { nodeTerminal } = await import('./node-terminal.ts')
const { runCli } = await import('./run.ts')
const code = await runCli(prepared, manifest.version, nodeTerminal())
// It is set already where the output could not be written.
process.exitCode ??= code
