/** An account of an exchange at one of its sites. */
export interface Account {
  /** 'mainnet' */
  readonly site: string
  readonly uid: number
  /** The account above; null: this is a master account. */
  readonly masterUid: number | null
  /** The sub-account's name, at Binance its email. */
  readonly name: string
}

export interface NewAccount {
  /** @default the server's first */
  readonly site?: string
  readonly uid: number
  /** @default as it is known, or null */
  readonly masterUid?: number | null
  /** @default as it is known, or made of the uid */
  readonly name?: string
}
