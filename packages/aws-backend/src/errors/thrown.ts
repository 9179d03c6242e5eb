/** What is read of an error of the SDK; any of it may be absent. */
export interface Thrown {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly syscall?: unknown
  readonly $fault?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown }
  readonly $response?: { readonly headers?: Readonly<Record<string, unknown>> }
}

/** @returns null for anything but a text of some length */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
