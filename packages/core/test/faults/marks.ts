import type { FileDocuments } from '../../src/backend/file/index.ts'
import type { Call } from '../../src/runtime/call.ts'
import { newCall } from '../../src/runtime/call.ts'
import { systemClock } from '../../src/runtime/clock.ts'

/** Much longer than the 30 s of a command: a loaded machine with many writers is no failure here. */
const patient = (): Call => ({ ...newCall(systemClock), deadline: systemClock.now() + 300_000 })

/** Adds a mark to the vault of `dev` as a writer does: read, change, compare and swap, again if someone was first. */
export async function addMark(documents: FileDocuments, mark: string): Promise<void> {
  for (;;) {
    const found = await documents.read('dev', patient())
    const credentials = { ...found?.document.credentials, [mark]: true }
    if (await documents.replace('dev', { credentials }, found?.revision ?? 0, patient())) return
  }
}

/** The marks that the vault of `dev` holds. */
export async function marksIn(documents: FileDocuments): Promise<ReadonlySet<string>> {
  const found = await documents.read('dev', patient())
  return new Set(Object.keys(found?.document.credentials ?? {}))
}

/** Empties the vault of `dev`, so that long tests do not grow it. */
export async function removeMarks(documents: FileDocuments): Promise<void> {
  const found = await documents.read('dev', patient())
  await documents.replace('dev', { credentials: {} }, found?.revision ?? 0, patient())
}
