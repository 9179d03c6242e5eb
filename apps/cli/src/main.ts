#!/usr/bin/env node
import manifest from '../package.json' with { type: 'json' }

const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  // Asked for by scripts at every start, and answered before anything is loaded.
  // Who reads may have left: `mm-secrets --version | head -0`.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exitCode = code === 'EPIPE' ? 0 : 7
  })
  process.stdout.write(`${manifest.version}\n`)
} else {
  void import('./start.ts').then(({ start }) => start(args, manifest.version))
}
