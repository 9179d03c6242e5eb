/** One request that named an operation, whatever became of it. */
export interface LoggedRequest {
  /** 'GetSecretValue' */
  readonly operation: string
  /** The secret or its name, where the request names one. */
  readonly secretId: string | null
  readonly accessKeyId: string | null
  /** HTTP status; null: no answer was sent, or none yet. */
  readonly status: number | null
  /** 'ThrottlingException'; null: it succeeded, or was not answered. */
  readonly error: string | null
}

/** What becomes of a request. */
type RequestEnd = Pick<LoggedRequest, 'accessKeyId' | 'status' | 'error'>

/** What clients sent: tests count their requests here, those that hang too. */
export interface RequestLog {
  /** @returns to be called with what became of it */
  begin(request: Pick<LoggedRequest, 'operation' | 'secretId'>): (end: RequestEnd) => void
  /** Requests of one operation, or of all. */
  count(operation?: string): number
  /** `{GetSecretValue: 2}` */
  counts(): Readonly<Record<string, number>>
  /** In order of their arrival. */
  all(): readonly LoggedRequest[]
  clear(): void
}

const UNKNOWN: RequestEnd = { accessKeyId: null, status: null, error: null }

export function requestLog(): RequestLog {
  let requests: LoggedRequest[] = []
  return {
    begin(request) {
      const list = requests
      const index = list.push({ ...request, ...UNKNOWN }) - 1
      return (end) => {
        list[index] = { ...request, ...end }
      }
    },
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
