import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Child, Relay } from './programs.ts'

/** Asks a process to end. */
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']
const OTHERS: readonly NodeJS.Signals[] = ['SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT']
/** What the terminal itself sends, to every process of its foreground group: termios(3), ISIG; tty_ioctl(4). */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGTSTP']
/** signal(7); Windows knows the others only by name. */
const ON_WINDOWS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGHUP']

/**
 * Passes signals on to a child and survives them itself, so that it can clean up behind the child.
 *
 * What the terminal sends has reached the child already, and a second SIGINT means "at once" to many programs: while
 * this process is in the terminal's foreground, those are not passed on. sudo(8) does likewise.
 */
export function relaySignals(): Relay {
  let child: Child | null = null
  let asked = false
  /** What came while there was no child. */
  const missed: NodeJS.Signals[] = []
  const passed = process.platform === 'win32' ? ON_WINDOWS : [...ENDING, ...OTHERS]
  const pass = (signal: NodeJS.Signals): void => {
    if (ENDING.includes(signal)) asked = true
    if (FROM_TERMINAL.includes(signal) && inForeground()) return
    if (child === null) missed.push(signal)
    else child.kill(signal)
  }
  for (const signal of passed) process.on(signal, pass)

  /** Suspends this process as the signal would have, which is not at all where nobody could resume it. */
  const suspend = (): void => {
    if (!inForeground()) child?.kill('SIGTSTP')
    process.off('SIGTSTP', suspend)
    process.kill(process.pid, 'SIGTSTP')
    process.on('SIGTSTP', suspend)
  }
  if (process.platform !== 'win32') process.on('SIGTSTP', suspend)

  return {
    to: (next) => {
      child = next
      for (const signal of missed.splice(0)) child.kill(signal)
    },
    get asked() {
      return asked
    },
    close: () => {
      for (const signal of passed) process.off(signal, pass)
      process.off('SIGTSTP', suspend)
    },
  }
}

/** Whether the terminal sends its signals to us. */
function inForeground(): boolean {
  try {
    // proc_pid_stat(5): behind the name in parentheses: state, ppid, pgrp, session, tty_nr, tpgid.
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return group === foreground
  } catch {
    return isatty(0) || isatty(1) || isatty(2)
  }
}
