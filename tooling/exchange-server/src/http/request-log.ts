import type { ExchangeName } from '../exchange/exchange.ts'

/** One request to an exchange, whatever became of it. Nothing in it is secret: no key, no signature, no parameter. */
export interface LoggedRequest {
  readonly exchange: ExchangeName
  /** 'mainnet' */
  readonly site: string
  /** 'GET /v5/user/query-api' */
  readonly operation: string
  /** The id of the key that signed; null: none did, or its signature did not hold. */
  readonly keyId: string | null
  /** HTTP status; null: no answer was sent, or none yet. */
  readonly status: number | null
  /** The exchange's own code; null: it succeeded, or was not answered. */
  readonly code: string | null
}

/** What becomes of a request. */
type RequestEnd = Pick<LoggedRequest, 'keyId' | 'status' | 'code'>

/** What clients sent: tests count their requests here, those that hang too. */
export interface RequestLog {
  /** @returns to be called with what became of it */
  begin(request: Pick<LoggedRequest, 'exchange' | 'site' | 'operation'>): (end: RequestEnd) => void
  /** Requests of one operation, or of all. */
  count(operation?: string): number
  /** `{'GET /v5/market/time': 2}` */
  counts(): Readonly<Record<string, number>>
  /** In order of their arrival. */
  all(): readonly LoggedRequest[]
  clear(): void
}

const UNKNOWN: RequestEnd = { keyId: null, status: null, code: null }

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
