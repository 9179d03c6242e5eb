/** A key that requests may be signed with. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Temporary credentials: each request must carry this token. */
  readonly sessionToken?: string
  /** When the token ends, in milliseconds since the epoch of the server's clock. @default never */
  readonly expiresAt?: number
  /** @default 'arn:aws:iam::<account>:user/<accessKeyId>' */
  readonly arn?: string
  /** @default '123456789012' */
  readonly accountId?: string
  /** @default 'AIDA' and the access key id */
  readonly userId?: string
}

export const DEFAULT_ACCOUNT = '123456789012'

/** What the server knows when it is told no other. */
export const DEFAULT_ACCESS_KEY: AccessKey = { accessKeyId: 'test', secretAccessKey: 'test' }
