interface Waiting<T> {
  readonly item: T
  readonly settle: () => void
  readonly fail: (error: unknown) => void
}

/**
 * Joins what is asked for while a commit runs into the next one.
 *
 * @param commit takes items in the order in which they came, never two batches at a time; when it fails, all of its
 *   batch fails
 */
export function groupCommit<T>(
  commit: (batch: readonly [T, ...T[]]) => Promise<void>,
): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = []
  let running = false

  async function run(): Promise<void> {
    running = true
    for (;;) {
      const batch = waiting
      const [first, ...rest] = batch
      if (first === undefined) break
      waiting = []
      try {
        await commit([first.item, ...rest.map(({ item }) => item)])
        for (const { settle } of batch) settle()
      } catch (error) {
        for (const { fail } of batch) fail(error)
      }
    }
    running = false
  }

  return (item) =>
    new Promise((settle, fail) => {
      waiting.push({ item, settle, fail })
      if (!running) void run()
    })
}
