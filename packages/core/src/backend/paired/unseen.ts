import { formatRef } from '../../credential/name.ts'
import type { VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import type { Look } from './look.ts'
import { lookAt } from './look.ts'
import { isShown } from './pending.ts'
import type { Tools } from './tools.ts'
import { pause } from './tools.ts'

/** How often a version is looked for that a view does not show. */
const LOOKS = 4

/**
 * Looks for a version until a view shows it: whoever asks for one knows it from somewhere, and a view without it may be
 * older than it.
 *
 * @returns the last look, whether it shows the version or not
 */
export async function lookUntilShown(
  tools: Tools,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<Look> {
  let seen = look
  for (let round = 0; round < LOOKS && !isShown(seen, id); round++) {
    await pause(tools, round, `looking for a version of ${formatRef(look.ref)}`, call)
    seen = await lookAt(tools.store, look.ref, look.layout, call)
  }
  return seen
}
