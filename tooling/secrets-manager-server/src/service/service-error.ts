export interface ServiceErrorOptions {
  /** HTTP status. @default 400 */
  readonly status?: number
  /** Raised before any service saw the request (signature, protocol), where AWS spells the key `message`. */
  readonly atTheDoor?: boolean
}

/** What a service answers instead of a result: `{"__type": code, "Message": message}`. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  /** 'ResourceNotFoundException' */
  readonly code: string
  readonly status: number
  readonly atTheDoor: boolean

  constructor(code: string, message: string, options: ServiceErrorOptions = {}) {
    super(message)
    this.code = code
    this.status = options.status ?? 400
    this.atTheDoor = options.atTheDoor ?? false
  }
}
