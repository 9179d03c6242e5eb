import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { VaultKeeper } from '@mm-secrets/core'
import { newCall } from '@mm-secrets/core'
import { fileDocuments } from '@mm-secrets/core/file'

/** It stands where that of `fakeCli` begins, or no call would be in time. */
const clock = { now: () => Date.UTC(2026, 10, 25), sleep: () => Promise.resolve() }

/** The one that age's own manual gives as an example: public, as every recipient is. */
export const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'

/** Real vaults in a folder, with one of `dev` that is empty. */
export async function vaultsIn(folder: string): Promise<VaultKeeper> {
  const documents = fileDocuments({
    home: join(folder, 'home'),
    fs,
    clock,
    randomness: randomBytes,
    warn: () => undefined,
    ownLabel: 'ada@desk',
    auditHead: () => Promise.resolve(null),
  })
  await documents.auditKey('dev', newCall(clock))
  return documents.keeper
}
