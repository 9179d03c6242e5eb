import { readFileSync } from 'node:fs'

/** Whether a process runs, seen without the code under test. */
export function readProcess(pid: number): 'running' | 'gone' {
  try {
    process.kill(pid, 0)
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')) ? 'gone' : 'running'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH') return 'gone'
    // No /proc on this platform: it can be signalled, so it runs.
    if (code === 'ENOENT' && process.platform !== 'linux') return 'running'
    return code === 'EPERM' ? 'running' : 'gone'
  }
}
