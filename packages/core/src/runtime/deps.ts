import type { Redacted } from '../credential/redacted.ts'
import type { Clock } from './clock.ts'

/** The environment's variables, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>

/** `node:fs/promises` itself; tests wrap it to stop, fail or fill the disk at the n-th call. */
export type FileSystem = Pick<
  typeof import('node:fs/promises'),
  'link' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rmdir' | 'unlink'
>

/** Who acts, as the audit log has it. */
export interface Actor {
  readonly face: 'cli' | 'vscode' | 'library' | 'lambda'
  readonly user: string
  readonly host: string
}

/** All that core takes from the world outside: nothing in it reads the process on its own. */
export interface Deps {
  readonly clock: Clock
  readonly randomness: (bytes: number) => Uint8Array
  readonly fs: FileSystem
  readonly env: Env
  readonly fetch: typeof fetch
  readonly actor: Actor
  /** Takes one line for the person. The face prints it; packages never do. */
  readonly warn: (line: string) => void
  /** Takes one audit record for the stderr sink. Resolves only when it was written; rejects where it was not. */
  readonly record: (line: string) => Promise<void>
  /** Asks without echo; absent where nobody can be asked. */
  readonly askPassphrase?: (prompt: string) => Promise<Redacted>
}
