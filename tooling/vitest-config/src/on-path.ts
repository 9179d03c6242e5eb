import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'

const EXTENSIONS = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']

/** @returns the first executable of that name on PATH, outside `node_modules`, or null */
export function onPath(name: string, path = process.env['PATH'] ?? ''): string | null {
  for (const folder of path.split(delimiter)) {
    if (folder === '' || folder.split(sep).includes('node_modules')) continue
    for (const extension of EXTENSIONS) {
      const file = join(folder, name + extension)
      if (executable(file)) return file
    }
  }
  return null
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
