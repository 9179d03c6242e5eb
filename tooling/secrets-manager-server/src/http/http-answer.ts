/** What is sent back. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export function plainText(status: number, body: string): HttpAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` }
}

export function json(status: number, value: unknown): HttpAnswer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(value)}\n` }
}
