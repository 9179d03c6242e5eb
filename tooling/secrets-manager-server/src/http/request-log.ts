/** One request that named an operation, whatever became of it. */
export interface LoggedRequest {
  /** 'GetSecretValue' */
  readonly operation: string
  /** The secret or its name, where the request names one. */
  readonly secretId: string | null
  readonly accessKeyId: string | null
  /** HTTP status; null: no answer was sent. */
  readonly status: number | null
  /** 'ThrottlingException'; null: it succeeded, or was not answered. */
  readonly error: string | null
}

/** What clients sent: tests count their requests here. */
export interface RequestLog {
  add(request: LoggedRequest): void
  /** Requests of one operation, or of all. */
  count(operation?: string): number
  /** `{GetSecretValue: 2}` */
  counts(): Readonly<Record<string, number>>
  /** In order of their ends. */
  all(): readonly LoggedRequest[]
  clear(): void
}

export function requestLog(): RequestLog {
  let requests: LoggedRequest[] = []
  return {
    add: (request) => requests.push(request),
    count: (operation) =>
      operation === undefined
        ? requests.length
        : requests.filter((each) => each.operation === operation).length,
    counts() {
      const counts: Record<string, number> = {}
      for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1
      return counts
    },
    all: () => requests,
    clear() {
      requests = []
    },
  }
}
