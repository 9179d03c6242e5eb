import * as fs from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { removeMarks } from './marks.ts'
import {
  acknowledgedIn,
  expectIntact,
  inFolder,
  makeHome,
  openVaults,
  saying,
  startChild,
} from './vault-home.ts'

const KILLS = 1000
/** Vaults side by side, and writers on each, one of which is killed while the other goes on. */
const LANES = 2
const WRITERS = 2
/** Several writes take so long, so that the kill meets every part of one. */
const LONGEST_LIFE_MS = 40
/** Enough that no writer ends by itself. */
const WRITES = 1_000_000

test(`${KILLS} writers killed at random moments lose nothing that they acknowledged`, async () => {
  await inFolder(async (folder) => {
    const cached =
      process.platform === 'win32' ? [] : ['env', `NODE_COMPILE_CACHE=${folder}/compiled`]
    await makeHome(`${folder}/warm`, 0)
    // A process that is killed leaves no compiled code for the next; this one ends by itself.
    await startChild(['write', `${folder}/warm`, 'warm', '1'], cached).ended
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      killWriters(`${folder}/${lane}`, cached),
    )
    const acknowledged = await Promise.all(lanes)
    for (const count of acknowledged) expect(count).toBeGreaterThan(KILLS / LANES)
  })
}, 600_000)

/** @returns how many writes were acknowledged */
async function killWriters(home: string, wrapper: readonly string[]): Promise<number> {
  await makeHome(home, 0)
  let count = 0
  for (let round = 0; round < KILLS / LANES / WRITERS; round += 1) {
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      killWriter(home, `${round}-${writer}`, wrapper),
    )
    const acknowledged = (await Promise.all(writers)).flat()
    await expectIntact(home, acknowledged)
    count += acknowledged.length
    await removeMarks(openVaults(home))
  }
  const versions = (await fs.readdir(`${home}/dev`)).filter((name) => name.startsWith('vault.'))
  // Those beside the 32 that are kept: of writers killed before they could prune.
  expect(versions.length).toBeLessThan(32 + WRITERS)
  return count
}

/** @returns the marks that it acknowledged */
async function killWriter(
  home: string,
  name: string,
  wrapper: readonly string[],
): Promise<readonly string[]> {
  const running = startChild(['write', home, name, String(WRITES)], wrapper)
  await saying(running, 'done')
  await sleep(Math.random() * LONGEST_LIFE_MS)
  running.child.kill('SIGKILL')
  const { signal, stdout, stderr } = await running.ended
  expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' })
  return acknowledgedIn(stdout)
}
