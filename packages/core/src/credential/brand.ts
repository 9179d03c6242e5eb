declare const brand: unique symbol

/** A string that only its own parser makes, so that holding one means holding a valid one. */
export type Branded<Name extends string> = string & { readonly [brand]: Name }
