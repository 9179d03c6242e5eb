import type { Backend, CredentialState } from '@mm-secrets/core'

/**
 * A store in which what was saved looks as if another tool had written it, until it is adopted.
 *
 * @param change what else is different there
 */
export function writtenByOthers(
  memory: Backend,
  change: (state: CredentialState) => Partial<CredentialState> = () => ({}),
): Backend {
  const foreign = (state: CredentialState): CredentialState => {
    const { current } = state
    const version = state.versions.find(({ id }) => id === current)
    if (current === null || version === undefined || version.metadata.copyOf !== null) return state
    const versions = state.versions.map((each) => ({
      ...each,
      ours: false,
      metadata: { ...each.metadata, fingerprints: {} },
    }))
    const asWritten = { api_key: current, api_secret: current }
    const seen = { ...state, condition: 'unpaired' as const, versions, asWritten }
    return { ...seen, ...change(seen) }
  }
  return {
    ...memory,
    describe: async (ref, call) => {
      const state = await memory.describe(ref, call)
      return state === null ? null : foreign(state)
    },
    async *list(filter, call) {
      for await (const page of memory.list(filter, call)) yield page.map(foreign)
    },
  }
}
