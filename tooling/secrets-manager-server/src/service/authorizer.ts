import type { Caller } from './caller.ts'

export interface AuthorizationRequest {
  readonly caller: Caller
  /** 'secretsmanager:GetSecretValue' */
  readonly action: string
  /**
   * The complete ARN; '*' for an action that takes none. Where there is no such secret it is the id as the caller
   * wrote it, and the authorizer decides what a name without a secret is held against.
   */
  readonly resource: string
  readonly region: string
  /**
   * Condition keys that the request has, spelled as in the Service Authorization Reference:
   * 'secretsmanager:VersionStage', 'secretsmanager:ResourceTag/env', 'aws:RequestTag/env', 'aws:TagKeys'. A key
   * without a value is not here.
   */
  readonly conditions: Readonly<Record<string, string | readonly string[]>>
}

/** `message` is the whole text as AWS words it: "User: … is not authorized to perform: … because …". */
export type Decision =
  { readonly allowed: true } | { readonly allowed: false; readonly message: string }

/** Asked by every operation, after the signature and the input were checked and before anything is done. */
export interface Authorizer {
  authorize(request: AuthorizationRequest): Decision
}

export const allowAll: Authorizer = { authorize: () => ({ allowed: true }) }
