/** Other programs of this machine, as `run` needs them. */
export interface Programs {
  /** The number of this process. */
  readonly pid: number
  /** Where PATH, or the name itself, leads. */
  find(program: string, path: string | undefined): Promise<Found>
  /** From now on signals are passed on instead of ending this process. */
  relay(): Relay
  /** A process that outlives this one by a moment, should this one be killed, to clean up behind it. */
  guard(): Guard
  /** In our process group and at our terminal, with our standard streams. The environment is all that it is given. */
  start(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Child>
  /** Ends this process by a signal, as the program ended; returns where that is not possible. */
  dieBy(signal: NodeJS.Signals): void
}

export type Found = 'executable' | 'missing' | 'not-executable'

/** How a program ended: one of them is null. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Child {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Does nothing once it has ended. */
  kill(signal: NodeJS.Signals): void
}

export interface Relay {
  /** Whom signals are passed on to. */
  to(child: Child): void
  /** Somebody asked this process to end. */
  readonly asked: boolean
  close(): void
}

/** Told step by step what it would have to clean up. */
export interface Guard {
  /** It would tell this process to end, and no other. */
  child(pid: number): void
  /** It would remove these files. */
  files(paths: readonly string[]): void
  /** All is cleaned up already. */
  dismiss(): void
}
