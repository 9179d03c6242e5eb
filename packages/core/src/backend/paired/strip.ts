import type { VersionId } from '../../credential/version.ts'
import type { Call } from '../../runtime/call.ts'
import type { Look } from './look.ts'
import { currentOf, lookAgain, marksOf, previousOf, withoutLabels } from './look.ts'
import { removeMark, removeOwn } from './remove.ts'
import type { Tools } from './tools.ts'

/**
 * The end of a version that lost: its marks go, and its labels with them, but only where it is neither current nor
 * previous and this removal of the mark succeeded. Whoever took the mark away otherwise may have committed it.
 */
export async function strip(tools: Tools, look: Look, id: VersionId, call: Call): Promise<void> {
  const now = await lookAgain(tools, look, call)
  let ours = false
  for (const mark of marksOf(now)) {
    if (mark.id === id && (await removeMark(tools, mark, call))) ours = true
  }
  if (!ours || currentOf(now.anchor) === id || previousOf(now.anchor) === id) return
  await removeOwn(tools, now, id, call)
}

/** Takes the marks of a version away that is, or was, current. */
export async function removeMarks(
  tools: Tools,
  look: Look,
  id: VersionId,
  call: Call,
): Promise<Look> {
  const marks = marksOf(look).filter((mark) => mark.id === id)
  for (const mark of marks) await removeMark(tools, mark, call)
  return withoutLabels(look, (_, label) => marks.some((mark) => mark.label === label))
}
