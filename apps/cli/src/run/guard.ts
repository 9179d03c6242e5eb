import { spawn } from 'node:child_process'
import type { Guard } from './programs.ts'

/**
 * Reads what it would have to do, a line for each; the end of its input without `done` means that we were killed.
 * Files come as lines too, so none of them is in its command line. A child that is suspended must be resumed to end.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
child=
set --
while IFS= read -r line; do
  case $line in
    done) exit 0 ;;
    file=*) set -- "$@" "\${line#file=}" ;;
    child=*) child=\${line#child=} ;;
  esac
done
if [ $# -gt 0 ]; then rm -f -- "$@"; fi
if [ -n "$child" ]; then kill -TERM "$child" && kill -CONT "$child"; fi
`

const NOBODY: Guard = {
  child: () => undefined,
  files: () => undefined,
  dismiss: () => undefined,
}

/**
 * A shell that waits for the end of this process. Nothing else can: SIGKILL leaves no time to clean up, and Node does
 * not have prctl(2)'s PR_SET_PDEATHSIG.
 *
 * It is in a session of its own, out of reach of the terminal's signals.
 */
export function startGuard(): Guard {
  if (process.platform === 'win32') return NOBODY
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Where there is no shell, there is no guard.
  shell.on('error', () => undefined)
  shell.stdin.on('error', () => undefined)
  shell.unref()
  const tell = (line: string): void => {
    shell.stdin.write(`${line}\n`)
  }
  return {
    child: (pid) => {
      tell(`child=${pid}`)
    },
    files: (paths) => {
      for (const path of paths) tell(`file=${path}`)
    },
    dismiss: () => {
      shell.stdin.end('done\n')
    },
  }
}
