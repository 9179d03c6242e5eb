import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'

import { onPath } from './on-path.ts'

export interface NodeVersion {
  /** 'Node 24.21.0' */
  readonly name: string
  readonly path: string
}

/** The Node versions that the built bundle is tried on: the one running the tests and the host's own. */
export function nodeVersions(): readonly NodeVersion[] {
  const found = [process.execPath, onPath('node')].filter((path) => path !== null)
  const paths = new Set(found.map((path) => realpathSync(path)))
  const byVersion = new Map<string, NodeVersion>()
  for (const path of paths) {
    const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()
    if (!byVersion.has(version)) byVersion.set(version, { name: `Node ${version}`, path })
  }
  return [...byVersion.values()]
}
