import { fstatSync, statSync } from 'node:fs'

/**
 * Writes one line to stderr, for whoever keeps it.
 *
 * Resolves when the system has taken the line; rejects where it has not, and where nobody would ever read it: Node
 * opens /dev/null in place of a stderr that was closed, so an honest `2>/dev/null` cannot be told from that.
 */
export async function recordOnStderr(line: string): Promise<void> {
  if (isNull(2)) throw new Error('stderr is closed, or goes to /dev/null')
  // eslint-disable-next-line no-restricted-properties -- the sink that a person named is this stream
  const { stderr } = process
  // Without a listener the error, which the callback has, would also end the process.
  if (!stderr.listeners('error').includes(ignore)) stderr.on('error', ignore)
  await new Promise<void>((done, failed) => {
    stderr.write(`${line}\n`, (error) => {
      if (error) failed(error)
      else done()
    })
  })
}

function ignore(): void {
  // The callback of each write is told.
}

function isNull(fd: number): boolean {
  const given = fstatSync(fd)
  const nothing = statSync('/dev/null', { throwIfNoEntry: false })
  return given.isCharacterDevice() && given.rdev === nothing?.rdev
}
