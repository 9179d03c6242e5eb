import type { Environment } from '../credential/exchange.ts'
import type { Backend } from './port.ts'

/**
 * One backend of several, each of which holds one environment: another region, another account.
 *
 * @param open is asked for an environment with each verb; it remembers what it opened
 */
export function backendByEnvironment(open: (env: Environment) => Promise<Backend>): Backend {
  return {
    read: async (ref, which, call) => (await open(ref.env)).read(ref, which, call),
    describe: async (ref, call) => (await open(ref.env)).describe(ref, call),
    async *list(filter, call) {
      for (const env of new Set(filter.envs)) {
        const backend = await open(env)
        yield* backend.list({ ...filter, envs: [env] }, call)
      }
    },
    putPending: async (ref, base, draft, call) =>
      (await open(ref.env)).putPending(ref, base, draft, call),
    commit: async (ref, pending, call) => (await open(ref.env)).commit(ref, pending, call),
    discard: async (ref, pending, call) => (await open(ref.env)).discard(ref, pending, call),
    annotate: async (ref, versionId, annotation, call) =>
      (await open(ref.env)).annotate(ref, versionId, annotation, call),
    freeze: async (ref, call) => (await open(ref.env)).freeze(ref, call),
    migrate: async (ref, base, layout, call) =>
      (await open(ref.env)).migrate(ref, base, layout, call),
    delete: async (ref, base, recoveryDays, call) =>
      (await open(ref.env)).delete(ref, base, recoveryDays, call),
    restore: async (ref, call) => (await open(ref.env)).restore(ref, call),
  }
}
