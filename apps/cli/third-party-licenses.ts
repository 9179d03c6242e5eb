import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly license?: string
}

/** The parts of rolldown's plugin interface that are used here. */
interface Chunk {
  readonly type: string
  readonly moduleIds?: readonly string[]
}

const RULE = '-'.repeat(80)

/**
 * A plugin of rolldown that writes the licenses of all packages whose code is in the bundle beside it: most of them ask
 * that their text goes wherever their code goes.
 */
export function thirdPartyLicenses(fileName: string) {
  return {
    name: 'third-party-licenses',
    generateBundle(
      this: { emitFile(file: { type: 'asset'; fileName: string; source: string }): unknown },
      _options: unknown,
      bundle: Readonly<Record<string, Chunk>>,
    ): void {
      const modules = Object.values(bundle).flatMap(({ moduleIds }) => moduleIds ?? [])
      const folders = new Set(modules.flatMap(packageFolder))
      const entries = [...folders].map(describePackage).sort((a, b) => (a < b ? -1 : 1))
      const source = `${[...new Set(entries)].join(`\n${RULE}\n`)}\n`
      this.emitFile({ type: 'asset', fileName, source })
    },
  }
}

/** The folder of the installed package that a module is of; none for our own. */
function packageFolder(module: string): readonly string[] {
  if (!module.includes('node_modules')) return []
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    // A package may hold a manifest without a name, to say of what kind the modules of a folder are.
    if (existsSync(join(folder, 'package.json')) && manifestOf(folder).name !== undefined) {
      return [folder]
    }
  }
  return []
}

function describePackage(folder: string): string {
  const { license, name, version } = manifestOf(folder)
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.\w+)?$/i.test(entry))
  const text =
    file === undefined
      ? `It ships no text of its license: https://spdx.org/licenses/${license ?? ''}.html`
      : readFileSync(join(folder, file), 'utf8').trim()
  return [`${name ?? ''} ${version ?? ''} (${license ?? 'see below'})`, '', text].join('\n')
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}
