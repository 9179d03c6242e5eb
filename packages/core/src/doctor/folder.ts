import { fileError } from '../durable/file-error.ts'
import { checkPrivateFolder } from '../durable/private-file.ts'
import { systemCode } from '../durable/file-error.ts'
import type { FileSystem } from '../runtime/deps.ts'
import type { Finding } from './finding.ts'
import { failing, fine } from './finding.ts'

const LISTABLE_BY_OTHERS = 0o044
const WRITABLE_BY_OWNER = 0o200

/**
 * Looks at a folder that must be this user's alone, without making it.
 *
 * @param what names it in messages: 'the home', 'the folder of prod'
 */
export async function examineFolder(fs: FileSystem, path: string, what: string): Promise<Finding> {
  try {
    const stats = await fs.lstat(path)
    checkPrivateFolder(stats, path)
    if ((stats.mode & WRITABLE_BY_OWNER) === 0) return notWritable(path)
    if (process.getuid !== undefined && (stats.mode & LISTABLE_BY_OTHERS) !== 0) {
      return {
        check: 'permissions',
        level: 'note',
        message: `Other users may list ${path}: they see names, not values.`,
        fix: `chmod 700 '${path}'`,
      }
    }
    return fine('permissions', `${path} is closed to other users.`)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return fine('permissions', `There is no ${path} yet.`)
    if (systemCode(error) === null) return failing('permissions', error)
    return failing('permissions', fileError(error, path, `looking at ${what}`))
  }
}

function notWritable(path: string): Finding {
  return {
    check: 'permissions',
    level: 'warning',
    message: `Nothing can be written to ${path}.`,
    fix: `chmod 700 '${path}'`,
  }
}
