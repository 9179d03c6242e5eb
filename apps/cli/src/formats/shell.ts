import { SecretsError } from '@mm-secrets/core'

/**
 * Variables as lines for a shell: `. FILE` sets and exports them.
 *
 * Between single quotes nothing is special to a POSIX shell (POSIX.1-2024, XCU 2.2.2), so any value can be written;
 * a single quote itself is closed, escaped and opened again.
 *
 * @throws INVALID_VALUE for a NUL character, which no variable can hold
 */
export function shellLines(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `export ${name}=${quoted(name, value)}\n`).join('')
}

function quoted(name: string, value: string): string {
  if (value.includes('\0')) {
    throw new SecretsError('INVALID_VALUE', `The value of ${name} has a NUL character.`, {
      hint: 'Use --format json.',
    })
  }
  return `'${value.replaceAll("'", "'\\''")}'`
}
