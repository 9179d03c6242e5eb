import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../../apps/cli', import.meta.url))

/**
 * The command line as it is built, in a copy, so that a build that goes on meanwhile does not disturb.
 *
 * @returns its path in the folder
 */
export function builtProgram(folder: string): string {
  cpSync(join(CLI, 'dist'), join(folder, 'dist'), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(CLI, 'package.json'), 'utf8')) as {
    readonly bin: { readonly 'mm-secrets': string }
  }
  return join(folder, manifest.bin['mm-secrets'])
}
