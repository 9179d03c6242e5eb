import type { Layout } from '@mm-secrets/core'
import { didYouMean, SecretsError } from '@mm-secrets/core'

export const LAYOUTS: readonly Layout[] = ['pair', 'json']

/** @throws USAGE with a suggestion */
export function parseLayout(text: string): Layout {
  const layout = LAYOUTS.find((known) => known === text)
  if (layout !== undefined) return layout
  throw new SecretsError('USAGE', `--layout is neither pair nor json.${didYouMean(text, LAYOUTS)}`)
}
