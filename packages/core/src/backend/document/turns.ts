import type { Environment } from '../../credential/exchange.ts'

/**
 * Runs work on one environment after the other, in the order of asking; environments do not wait for each other.
 *
 * @returns a function that resolves with the work's own result once its turn has come
 */
export function turnsByEnvironment(): <T>(env: Environment, work: () => Promise<T>) => Promise<T> {
  const lastOf = new Map<Environment, Promise<unknown>>()
  return (env, work) => {
    const turn = (lastOf.get(env) ?? Promise.resolve()).then(work)
    // The next one begins whether this one succeeds or not.
    lastOf.set(
      env,
      turn.catch(() => null),
    )
    return turn
  }
}
