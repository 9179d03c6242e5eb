import { SecretsError } from '@mm-secrets/core'
import { printablePath } from '../output/printable-path.ts'
import type { Found } from './programs.ts'

/** The program cannot be started. POSIX.1-2024, env: 126 found but not invoked, 127 not found. */
export class NotStarted extends SecretsError {
  readonly exit: 126 | 127

  constructor(program: string, why: Exclude<Found, 'executable'>) {
    const name = printablePath(program)
    if (why === 'missing') {
      super('NOT_FOUND', `There is no program ${name}.`, {
        hint: 'Check its name and PATH; a path to it works too.',
      })
    } else {
      super('DENIED', `${name} cannot be executed.`, {
        hint: 'Make it executable (chmod +x), or name its interpreter: -- python bot.py',
      })
    }
    this.exit = why === 'missing' ? 127 : 126
  }

  /** @returns null for an error that is not about starting */
  static from(program: string, error: unknown): NotStarted | null {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall?.startsWith('spawn') !== true) return null
    return new NotStarted(program, code === 'ENOENT' ? 'missing' : 'not-executable')
  }
}
