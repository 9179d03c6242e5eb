import type { AuditSink } from './event.ts'

/**
 * One sink for several: each gets every event, also when another fails, and an event counts as recorded only when
 * all have it, since the person asked for all.
 *
 * @returns a sink whose `append` throws what the first failed one threw
 */
export function auditSinks(sinks: readonly AuditSink[]): AuditSink {
  return {
    async append(event) {
      const outcomes = await Promise.allSettled(sinks.map((sink) => sink.append(event)))
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}
