import type { Caller } from './caller.ts'
import type { EventResource } from './event-log.ts'

/** How a service is spoken to, and how its requests are told from those of the others. */
export type Protocol =
  | {
      /** AWS JSON 1.1: `X-Amz-Target: prefix.Operation`, content type `application/x-amz-json-1.1`. */
      readonly kind: 'json'
      /** CloudTrail has more than one: SDKs differ. */
      readonly targetPrefixes: readonly string[]
    }
  | {
      /** AWS Query: a form with `Action` and `Version`, answered in XML. */
      readonly kind: 'query'
      /** '2011-06-15' */
      readonly apiVersion: string
      /** 'https://sts.amazonaws.com/doc/2011-06-15/' */
      readonly xmlNamespace: string
    }

export type Input = Readonly<Record<string, unknown>>

export interface ServiceRequest {
  /** 'GetSecretValue' */
  readonly operation: string
  /** The JSON object, or the fields of the form without `Action` and `Version` (all strings). */
  readonly input: Input
  readonly caller: Caller
  /** Of the signature's scope. */
  readonly region: string
  /** When the request is handled, in milliseconds since the epoch, of the server's clock. */
  readonly now: number
  readonly requestId: string
  readonly sourceIp: string
  readonly userAgent: string
  /**
   * @param resource an ARN, '*', or an id as the caller wrote it: see `AuthorizationRequest`
   * @throws ServiceError AccessDeniedException with the authorizer's message
   */
  authorize(action: string, resource: string, conditions?: Conditions): void
}

export type Conditions = Readonly<Record<string, string | readonly string[] | undefined>>

export interface Answer {
  /** Null: an empty body (JSON). In XML: strings, numbers, lists of them and objects. */
  readonly output: Readonly<Record<string, unknown>> | null
  readonly responseElements?: Readonly<Record<string, unknown>> | null
  readonly resources?: readonly EventResource[]
  /**
   * Instead of one event named after the operation: these. A batch read is logged as one GetSecretValue per secret.
   */
  readonly events?: readonly AnswerEvent[]
}

export interface AnswerEvent {
  readonly name: string
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly resources: readonly EventResource[]
  readonly errorCode: string | null
  readonly errorMessage: string | null
}

export interface Operation {
  /** Whether it changes nothing. CloudTrail reports it, and no lost reply of it matters. */
  readonly readOnly: boolean
  /**
   * Calls `request.authorize` once the input is understood, then does its work.
   *
   * @throws ServiceError what the caller is told; anything else becomes InternalServiceError
   */
  handle(request: ServiceRequest): Answer | Promise<Answer>
  /** What of the input CloudTrail may see: no value of a secret. @default nothing */
  parameters?(input: Input): Readonly<Record<string, unknown>>
}

/** A service that the server carries. The list of them is in `src/services.ts`. */
export interface Service {
  /** The signing name, which must be the signature's scope: 'secretsmanager', 'sts', 'cloudtrail'. */
  readonly name: string
  readonly protocol: Protocol
  readonly operations: Readonly<Record<string, Operation>>
}
