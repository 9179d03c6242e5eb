import type { FileHandle } from 'node:fs/promises'
import { link, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** The least that makes a new file whole and durable: write, fsync, link, fsync of the folder; then one name goes. */
export async function writeBare(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(folder, `.${name}.tmp`)
  const file = await open(temporary, 'wx', 0o600)
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
  await link(temporary, join(folder, name))
  const entries = await open(folder, 'r')
  await entries.sync()
  await entries.close()
  await unlink(temporary)
}

/** The least that makes a line durable, in a file that stays open. */
export async function appendBare(file: FileHandle, line: Uint8Array): Promise<void> {
  await file.write(line)
  await file.sync()
}
