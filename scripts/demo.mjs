// What `npm start` shows. For now: that the bundle runs.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bundle = fileURLToPath(new URL('../apps/cli/dist/mm-secrets.mjs', import.meta.url))
const version = execFileSync(process.execPath, [bundle, '--version'], { encoding: 'utf8' }).trim()
process.stdout.write(`$ mm-secrets --version\n${version}\n`)
