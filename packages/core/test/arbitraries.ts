import * as fc from 'fast-check'
import type { CredentialRefParts } from '../src/credential/name.ts'
import { ENVIRONMENTS, EXCHANGES } from '../src/credential/exchange.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'
const lower = `${letters}0123456789`
const mixed = `${letters.toUpperCase()}${lower}`

const word = (alphabet: string, min: number, max: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...alphabet),
    minLength: min,
    maxLength: max,
  })

/** A secret of letters and digits, as exchanges issue them. */
export const secretText = (length = 36): fc.Arbitrary<string> => word(mixed, length, length)

const accountText: fc.Arbitrary<string> = fc
  .array(word(lower, 1, 8), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('-'))

const suffixText: fc.Arbitrary<string> = word(lower, 1, 10).map((text) => `-${text}`)

/** Parts of a ref, most of them valid; some name what AWS would misread. */
export const refParts: fc.Arbitrary<CredentialRefParts> = fc.record({
  env: fc.constantFrom(...ENVIRONMENTS),
  exchange: fc.constantFrom(...EXCHANGES),
  account: fc.option(accountText, { nil: null }),
  suffix: fc.option(suffixText, { nil: null }),
  namespace: fc.constantFrom('mm-bot', 'mm-admin', 'desk_7'),
})
