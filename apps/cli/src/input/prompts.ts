import { SecretsError } from '@mm-secrets/core'
import type { Prompts } from '../context.ts'

/** Prompts at the terminal; the library that draws them is loaded with the first question. */
export function terminalPrompts(
  input: () => NodeJS.ReadStream,
  output: () => NodeJS.WriteStream,
  signal: AbortSignal,
): Prompts {
  const options = () => ({ input: input(), output: output(), signal, withGuide: false })
  return {
    async secret(message) {
      const { password, isCancel } = await import('@clack/prompts')
      const answer = await password({ message, mask: '', ...options() })
      return isCancel(answer) ? left() : answer
    },
    async line(message) {
      const { text, isCancel } = await import('@clack/prompts')
      const answer = await text({ message, ...options() })
      return isCancel(answer) ? left() : answer
    },
    async confirm(message) {
      const { confirm, isCancel } = await import('@clack/prompts')
      const answer = await confirm({ message, initialValue: false, ...options() })
      return isCancel(answer) ? left() : answer
    },
  }
}

function left(): never {
  throw new SecretsError('INTERRUPTED', 'Interrupted at a prompt; nothing was done.')
}
