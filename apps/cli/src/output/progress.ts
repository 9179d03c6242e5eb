import type { Terminal } from '../context.ts'
import { styleFor } from './style.ts'

/** ECMA-48: carriage return, then Erase in Line. */
const CLEAR_LINE = '\r\u001b[K'

/**
 * Shows how far some work is, on one line of the terminal that is gone when the work ends.
 *
 * @param work is given a function that takes what is going on
 */
export async function withProgress<T>(
  { env, stderr }: Pick<Terminal, 'env' | 'stderr'>,
  work: (show: (doing: string) => void) => Promise<T>,
): Promise<T> {
  if (!stderr.isTty || env['TERM'] === 'dumb') return work(() => undefined)
  const style = styleFor(stderr.isTty, env)
  try {
    return await work((doing) => {
      stderr.write(`${CLEAR_LINE}${style.dim(`${doing}…`)}`)
    })
  } finally {
    stderr.write(CLEAR_LINE)
  }
}
