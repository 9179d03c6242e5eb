/** Who signed a request. */
export interface Caller {
  readonly accessKeyId: string
  /** 'arn:aws:iam::123456789012:user/test' */
  readonly arn: string
  /** Twelve digits. */
  readonly accountId: string
  /** 'AIDA…' of a user, 'AROA…:session' of an assumed role */
  readonly userId: string
}
