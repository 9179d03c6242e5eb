/**
 * Runs work on one thing after the other, in the order of asking; different things do not wait for each other.
 *
 * @returns a function that resolves with the work's own result once its turn has come
 */
export function turnsByKey(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const lastOf = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const turn = (lastOf.get(key) ?? Promise.resolve()).then(work)
    // The next one begins whether this one succeeds or not.
    lastOf.set(
      key,
      turn.catch(() => null),
    )
    return turn
  }
}
