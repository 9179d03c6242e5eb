/** The hidden command that the scripts of the shells call. */
export const COMPLETE = '__complete'

/** Stands for an empty last word where a shell cannot pass one: Windows PowerShell drops it. */
export const EMPTY_WORD = '__empty'
