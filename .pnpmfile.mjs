/** npm's platform packages of Node state `os` and `cpu` as strings, which would leave them out of the lockfile. */
const PLATFORM_NODE = /^node-linux-(x64|arm64)$/

const list = (value) => (typeof value === 'string' ? [value] : value)

function readPackage(manifest) {
  if (!PLATFORM_NODE.test(manifest.name ?? '')) return manifest
  return { ...manifest, os: list(manifest.os), cpu: list(manifest.cpu) }
}

/** What only a checkout can use stays out of the published manifest. */
function beforePacking(manifest) {
  const { scripts, devDependencies, ...published } = manifest
  return published
}

export const hooks = { readPackage, beforePacking }
