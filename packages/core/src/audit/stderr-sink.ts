import { printable } from '../errors/printable.ts'
import { SecretsError } from '../errors/secrets-error.ts'
import type { AuditSink } from './event.ts'
import { canonicalJson, eventFields } from './record.ts'

/**
 * Events as JSON lines for a stream that somebody else keeps, the journal for one: the fields and the order of the
 * file's, without a chain.
 *
 * @param write takes one line without its newline; resolves only when it was written
 */
export function stderrAuditSink(write: (line: string) => Promise<void>): AuditSink {
  return {
    append: async (event) => {
      try {
        // What `printable` writes in place of a character is JSON's own escape for it.
        await write(printable(canonicalJson(eventFields(event))))
      } catch (cause) {
        throw new SecretsError('AUDIT_UNAVAILABLE', 'stderr took no audit record.', {
          hint: 'Send stderr to where records are kept, not to /dev/null, or set MM_AUDIT_SINKS=file.',
          cause,
        })
      }
    },
  }
}
