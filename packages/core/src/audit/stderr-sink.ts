import { printable } from '../errors/printable.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { AuditSink } from './event.ts'
import { canonicalJson, eventFields } from './record.ts'

/**
 * Events as JSON lines for a stream that somebody else keeps, the journal for one: the fields and the order of the
 * file's, without a chain.
 *
 * @param write takes one line without its newline
 */
export function stderrAuditSink(write: (line: string) => void): AuditSink {
  return {
    append: (event) => {
      try {
        // What `printable` writes in place of a character is JSON's own escape for it.
        write(printable(canonicalJson(eventFields(event))))
        return Promise.resolve()
      } catch (cause) {
        const error = new SecretsError('AUDIT_UNAVAILABLE', 'stderr took no audit record.', {
          hint: 'Keep stderr open, or set MM_AUDIT_SINKS=file.',
          cause,
        })
        return Promise.reject(error)
      }
    },
  }
}
