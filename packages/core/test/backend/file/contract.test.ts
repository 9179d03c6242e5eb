import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend } from '../../../src/backend/port.ts'
import { documentBackend } from '../../../src/backend/document/document-backend.ts'
import { fileDocuments } from '../../../src/backend/file/index.ts'
import { describeBackend, movableClock } from '../../contract/index.ts'

describeBackend('the file backend', async () => {
  const home = await fs.mkdtemp(join(tmpdir(), 'mm-contract-'))
  const clock = movableClock()
  const open = (): Backend => {
    const auditHead = (): Promise<null> => Promise.resolve(null)
    const warn = (line: string): void => {
      throw new Error(line)
    }
    const documents = fileDocuments({ home, fs, clock, randomness: randomBytes, warn, auditHead })
    return documentBackend(documents, { clock })
  }
  return {
    backend: open(),
    clock,
    reopen: () => Promise.resolve(open()),
    dispose: () => fs.rm(home, { recursive: true, force: true }),
  }
})
