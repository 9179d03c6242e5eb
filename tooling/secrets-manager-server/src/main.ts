#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { parsePoliciesFile, type PoliciesFile } from './iam/policies-file.ts'
import { greeting } from './program/greeting.ts'
import { HELP } from './program/help.ts'
import { parseOptions, type ProgramOptions } from './program/options.ts'
import { DEFAULT_ACCESS_KEY } from './sigv4/access-key.ts'
import { startServer } from './start-server.ts'

const USAGE = 2
const options = parseOptions(process.argv.slice(2))
if (typeof options === 'string') fail(`${options} See --help.`, USAGE)
else if (options.help) process.stdout.write(HELP)
else await run(options)

async function run({ accessKeys, policies: file, ...rest }: ProgramOptions): Promise<void> {
  try {
    const policies = file === null ? null : readPolicies(file)
    const server = await startServer({
      ...rest,
      ...(accessKeys === null ? {} : { accessKeys }),
      ...(policies === null ? {} : { policies }),
    })
    const known = [
      ...(accessKeys ?? (policies === null ? [DEFAULT_ACCESS_KEY] : [])),
      ...(policies?.accessKeys ?? []),
    ]
    process.stdout.write(greeting(server.url, known))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void server.close())
    }
  } catch (error) {
    fail(problemOf(error, rest.port), 1)
  }
}

function readPolicies(file: string): PoliciesFile {
  // A script of npm or pnpm runs in the root of the checkout; INIT_CWD is where it was called.
  return parsePoliciesFile(readFileSync(resolve(process.env['INIT_CWD'] ?? '', file), 'utf8'))
}

function problemOf(error: unknown, port: number): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  return code === 'EADDRINUSE'
    ? `Port ${port} is taken. Choose another with --port, or --port 0 for any free one.`
    : error.message
}

function fail(message: string, code: number): void {
  process.stderr.write(`secrets-manager-server: ${message}\n`)
  process.exitCode = code
}
