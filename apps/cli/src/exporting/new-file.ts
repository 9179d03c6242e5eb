import type { FileSystem } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import type { Standing } from '../git/git.ts'
import { printablePath } from '../output/printable-path.ts'
import { NEW_FILE, PRIVATE_MODE, whyUnusable } from '../output/private-file.ts'

/**
 * Refuses a path that exists, or whose content git would take.
 *
 * @throws USAGE
 */
export async function refuseUnsafePath(
  fs: Pick<FileSystem, 'lstat'>,
  path: string,
  standing: Standing,
): Promise<void> {
  const there = await fs.lstat(path).catch(() => null)
  if (there !== null) throw unusable(path, there.isSymbolicLink() ? LINK : EXISTS)
  switch (standing) {
    case 'outside':
    case 'ignored':
      return
    case 'tracked':
      throw unusable(path, 'git tracks it', 'Choose a path outside of the repository.')
    case 'untracked':
      throw unusable(
        path,
        'git would add it',
        `Name it in .gitignore, or choose a path outside of the repository: ${EXAMPLE}`,
      )
    case 'unknown':
      throw unusable(
        path,
        'it is in a repository, and git does not say whether it would add it',
        `Choose a path outside of the repository: ${EXAMPLE}`,
      )
  }
}

/**
 * Writes a file of one's own that did not exist before: whole, or not at all.
 *
 * @throws USAGE when it exists by now or cannot be made, UNAVAILABLE when the disk is full
 */
export async function writeNewFile(
  fs: Pick<FileSystem, 'open' | 'unlink'>,
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  const file = await fs.open(path, NEW_FILE, PRIVATE_MODE).catch((error: unknown) => {
    throw unusable(path, whyUnusable(error))
  })
  try {
    // umask(2) takes bits away; nothing else may add them.
    await file.chmod(PRIVATE_MODE)
    await file.writeFile(content)
    await file.sync()
    await file.close()
  } catch (error) {
    await file.close().catch(() => undefined)
    await fs.unlink(path).catch(() => undefined)
    const { code } = error as NodeJS.ErrnoException
    throw new SecretsError(
      'UNAVAILABLE',
      `--output: ${printablePath(path)} could not be written (${code ?? 'unknown'}).`,
      { hint: 'Nothing was left there.' },
    )
  }
}

const EXISTS = 'it exists already'
const LINK = 'it is a symbolic link'
const EXAMPLE = '"$XDG_RUNTIME_DIR/bot.env"'

function unusable(
  path: string,
  why: string,
  hint = 'Name a file that does not exist yet.',
): SecretsError {
  return new SecretsError('USAGE', `--output: ${printablePath(path)} cannot be used: ${why}.`, {
    hint,
  })
}
