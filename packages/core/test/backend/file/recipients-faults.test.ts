import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import type { FileDocuments } from '../../../src/backend/file/index.ts'
import { SecretsError } from '../../../src/errors/secrets-error.ts'
import { observedFs, systemError } from '../../durable/observed-fs.ts'
import { refusal } from '../../refusal.ts'
import { call, marked, useVaultDesk } from './desk.ts'

const desk = useVaultDesk()

/** From the n-th call on nothing happens any more: to the disk this is a process that was killed. */
const STOP = 'stops'

type Change = (documents: FileDocuments) => Promise<unknown>

const CHANGES: Readonly<Record<string, Change>> = {
  'removing a recipient': (documents) => documents.keeper.removeRecipient('dev', 'bob', call()),
  'removing oneself': (documents) => documents.keeper.removeRecipient('dev', 'owner', call()),
  trusting: async (documents) => {
    const { sha256 } = await documents.keeper.untrusted('dev', call())
    return documents.keeper.trust('dev', sha256, call())
  },
}

/** A vault of three versions, the last of which `bob.txt` opens too and has seen. */
async function makeTemplate(): Promise<void> {
  await desk.writeVersions(desk.open(), 2)
  const secretKey = await generateX25519Identity()
  await fs.writeFile(bobIn(desk.home), `${secretKey}\n`, { mode: 0o600 })
  const recipient = await identityToRecipient(secretKey)
  const { sha256 } = await desk.open().keeper.addRecipient('dev', recipient, 'bob', call())
  await desk.open({ identityFile: bobIn(desk.home) }).keeper.trust('dev', sha256, call())
}

const bobIn = (home: string): string => join(home, 'bob.txt')

/** Whether somebody opens the vault of a home, and in it what was last written. */
async function opens(home: string, identityFile: string | null): Promise<boolean> {
  try {
    const found = await desk.open({ home, identityFile }).read('dev', call())
    expect(found?.document.credentials).toEqual(marked(2).credentials)
    return true
  } catch (error) {
    expect(error).toEqual(refusal('CORRUPT', /identity/))
    return false
  }
}

/** @returns false when there were fewer calls */
async function changeWithFault(change: Change, fault: string, at: number): Promise<boolean> {
  const home = join(desk.home, '..', 'copy')
  await fs.cp(desk.home, home, { recursive: true, preserveTimestamps: true })
  let calls = 0
  const faulty = observedFs((name) => {
    calls += 1
    if (fault === STOP ? calls >= at : calls === at) {
      throw systemError(fault === STOP ? 'ESHUTDOWN' : fault, name)
    }
  })
  const outcome: unknown = await change(desk.open({ home, fs: faulty })).then(
    () => 'done',
    (error: unknown) => error,
  )
  if (outcome !== 'done') expect(outcome).toBeInstanceOf(SecretsError)
  const [ada, bob] = [await opens(home, null), await opens(home, bobIn(home))]
  expect(ada || bob).toBe(true)
  const stays = change === CHANGES['removing oneself'] ? bobIn(home) : null
  expect(await opens(home, stays)).toBe(true)
  // Whoever stayed goes on from there, and then nothing is left that the other could open.
  const documents = desk.open({ home, identityFile: stays })
  const revision = (await documents.read('dev', call()))?.revision ?? 0
  expect(await documents.replace('dev', marked(2), revision, call())).toBe(true)
  if (!(ada && bob)) {
    const left = (await fs.readdir(join(home, 'dev'))).filter((name) => name.startsWith('vault.'))
    expect(left.every((name) => name > 'vault.v000003.age')).toBe(true)
  }
  await fs.rm(home, { recursive: true })
  return calls >= at
}

describe.each(Object.entries(CHANGES))('%s', (_what, change) => {
  test.each([STOP, 'EIO', 'ENOSPC'])(
    'leaves a vault that opens when each call in turn %s',
    async (fault) => {
      await makeTemplate()
      let calls = 0
      while (await changeWithFault(change, fault, calls + 1)) calls += 1
      expect(calls).toBeGreaterThan(10)
    },
    120_000,
  )
})
