export interface ExchangeErrorOptions {
  /** @default 200: exchanges put most errors into the body alone */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What an exchange refuses, by its own code. */
export class ExchangeError extends Error {
  readonly code: number
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: number, message: string, options: ExchangeErrorOptions = {}) {
    super(message)
    this.name = 'ExchangeError'
    this.code = code
    this.status = options.status ?? 200
    this.headers = options.headers ?? {}
  }
}
