#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { demoKeys } from './program/demo-keys.ts'
import { greeting } from './program/greeting.ts'
import { HELP } from './program/help.ts'
import { parseKeysFile, type KeysFile } from './program/keys-file.ts'
import { parseOptions, type ProgramOptions } from './program/options.ts'
import { startExchangeServer } from './start-exchange-server.ts'

const USAGE = 2
const options = parseOptions(process.argv.slice(2))
if (typeof options === 'string') fail(`${options} See --help.`, USAGE)
else if (options.help) process.stdout.write(HELP)
else await run(options)

async function run({ keys: file, port, sites, seed, knobs }: ProgramOptions): Promise<void> {
  try {
    const keys = file === null ? demoKeys() : readKeys(file)
    const server = await startExchangeServer({ port, sites, seed, knobs })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void server.close())
    }
    try {
      for (const key of keys.bybit) server.keys.bybit.add(key)
      for (const key of keys.binance) server.keys.binance.add(key)
      for (const key of keys.kucoin) server.keys.kucoin.add(key)
    } catch (error) {
      await server.close()
      throw error
    }
    process.stdout.write(greeting(server.urls, file === null ? keys : null))
  } catch (error) {
    fail(problemOf(error, port), 1)
  }
}

function readKeys(file: string): KeysFile {
  // A script of npm or pnpm runs in the root of the checkout; INIT_CWD is where it was called.
  return parseKeysFile(readFileSync(resolve(process.env['INIT_CWD'] ?? '', file), 'utf8'))
}

function problemOf(error: unknown, port: number): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  return code === 'EADDRINUSE'
    ? `Port ${port}, or one of those that follow, is taken. Choose another with --port, or --port 0 for any free ones.`
    : error.message
}

function fail(message: string, code: number): void {
  process.stderr.write(`exchange-server: ${message}\n`)
  process.exitCode = code
}
