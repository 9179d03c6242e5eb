import type { Clock, Env, FileSystem, Redacted, Secrets, Settings } from '@mm-secrets/core'
import type { CommandContext, StricliProcess } from '@stricli/core'
import type { Git } from './git/git.ts'
import type { Programs } from './run/programs.ts'

/** A stream that text goes to. */
export interface Output {
  readonly isTty: boolean
  /** Width of the terminal in columns; 80 where that is unknown. */
  readonly columns: number
  write(text: string): void
}

/** The stream that text comes from. */
interface Input {
  readonly isTty: boolean
  /** Everything up to the end. @throws the signal's reason when it aborts */
  readAll(maxBytes: number, signal: AbortSignal): Promise<Buffer>
}

/** Asks a person at a terminal; questions go to stderr. Every method throws INTERRUPTED when the person leaves. */
export interface Prompts {
  /** Without echo. */
  secret(message: string): Promise<string>
  line(message: string): Promise<string>
  confirm(message: string): Promise<boolean>
}

/** What the process is to the commands: none of them touches `process` itself. */
export interface Terminal {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Env
  readonly platform: NodeJS.Platform
  readonly clock: Clock
  readonly fs: FileSystem
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal
  readonly prompts: Prompts
  /** Opens the settings, and the secrets at the first verb. */
  readonly openSession: (terminal: Terminal, askPassphrase: boolean) => Promise<Session>
  /** Other programs of this machine. */
  readonly openPrograms: () => Promise<Programs>
  /** The git of this machine. */
  readonly openGit: () => Promise<Git>
}

/** What every command that touches the store has. */
export interface Session {
  readonly settings: Settings
  readonly secrets: Secrets
}

/** What a command is given. */
export interface CliContext extends CommandContext {
  /** Stricli's own; commands write through the terminal. */
  readonly process: StricliProcess
  readonly terminal: Terminal
  /** Values taken out of the command line before it was parsed; an option holds the place of its value here. */
  readonly argvValues: readonly Redacted[]
  /** The command line behind `--`; null: there is none. */
  readonly program: readonly string[] | null
}
