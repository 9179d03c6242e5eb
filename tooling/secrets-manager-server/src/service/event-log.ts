import type { Caller } from './caller.ts'

export interface EventResource {
  readonly arn: string
  /** 'AWS::SecretsManager::Secret' */
  readonly type: string
}

/** One handled request, as CloudTrail would tell it. It never holds a value of a secret. */
export interface ServiceEvent {
  /** A UUID. */
  readonly eventId: string
  readonly requestId: string
  /** Milliseconds since the epoch, of the server's clock. */
  readonly time: number
  /** 'secretsmanager.amazonaws.com' */
  readonly source: string
  /** 'GetSecretValue' */
  readonly name: string
  readonly readOnly: boolean
  readonly caller: Caller
  readonly region: string
  readonly sourceIp: string
  readonly userAgent: string
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly responseElements: Readonly<Record<string, unknown>> | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly resources: readonly EventResource[]
}

/** Every request whose signature held, in order of handling. */
export interface EventLog {
  append(event: ServiceEvent): void
  /** Oldest first. */
  events(): readonly ServiceEvent[]
  clear(): void
}

/** @param capacity how many events are kept: the newest. @default 100,000 */
export function eventLog(capacity = 100_000): EventLog {
  let kept: ServiceEvent[] = []
  return {
    append(event) {
      kept.push(event)
      if (kept.length >= 2 * capacity) kept = kept.slice(-capacity)
    },
    events: () => kept.slice(-capacity),
    clear() {
      kept = []
    },
  }
}
