// `turbo` with telemetry off and Node 24 first on PATH where there is one.
import { run } from './lib/child.mjs'

const { code } = await run('turbo', process.argv.slice(2), { output: 'inherit' })
process.exitCode = code
