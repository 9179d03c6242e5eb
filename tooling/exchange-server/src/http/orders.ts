/** One request that would have placed, changed or cancelled an order. */
export interface OrderRequest {
  readonly site: string
  /** 'POST /v5/order/create' */
  readonly operation: string
}

/**
 * Requests that reached an order, whatever became of them: a dry run that sends one has failed, however it was
 * answered.
 */
export interface Orders {
  count(): number
  all(): readonly OrderRequest[]
}

export interface OrderCounter extends Orders {
  /** Counts it where it is one. */
  note(site: string, method: string, path: string): void
  clear(): void
}

export function orderCounter(): OrderCounter {
  let orders: OrderRequest[] = []
  return {
    count: () => orders.length,
    all: () => orders,
    note(site, method, path) {
      if (method === 'GET' || !/order/i.test(path)) return
      orders.push({ site, operation: `${method} ${path}` })
    },
    clear() {
      orders = []
    },
  }
}
