import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { credentialRef } from '../../src/credential/name.ts'
import { mintVersionId } from '../../src/credential/version.ts'
import { fileTickets } from '../../src/rotation/tickets.ts'
import { movableClock } from '../contract/movable-clock.ts'

const MINUTE_MS = 60_000
const ACCOUNT = credentialRef({ env: 'prod', exchange: 'bybit', account: 'desk-new' })
const COPY = credentialRef({ env: 'prod', exchange: 'bybit', account: 'desk', suffix: '-new' })

let home: string
beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'mm-tickets-'))
})
afterEach(() => fs.rm(home, { recursive: true }))

test('a ticket is found for 60 minutes, by its own credential alone', async () => {
  const clock = movableClock()
  const tickets = fileTickets(home, fs, clock)
  const ticket = mintVersionId(randomBytes)
  expect(await tickets.find(COPY)).toBeNull()
  await tickets.keep(COPY, ticket)
  expect(await fileTickets(home, fs, clock).find(COPY)).toBe(ticket)
  expect(await tickets.find(ACCOUNT)).toBeNull()
  clock.advance(60 * MINUTE_MS)
  expect(await tickets.find(COPY)).toBe(ticket)
  clock.advance(1)
  expect(await tickets.find(COPY)).toBeNull()
})

test('a later ticket replaces an earlier one, and a dropped one is gone', async () => {
  const tickets = fileTickets(home, fs, movableClock())
  const later = mintVersionId(randomBytes)
  await tickets.keep(COPY, mintVersionId(randomBytes))
  await tickets.keep(COPY, later)
  expect(await tickets.find(COPY)).toBe(later)
  await tickets.drop(COPY)
  await tickets.drop(COPY)
  expect(await tickets.find(COPY)).toBeNull()
})

test('a damaged ticket counts as none', async () => {
  const tickets = fileTickets(home, fs, movableClock())
  await tickets.keep(COPY, mintVersionId(randomBytes))
  const [name] = await fs.readdir(join(home, 'prod', 'tickets'))
  for (const text of ['', '{', '{"ticket":1}', 'null', '{"ticket":"short","issuedAt":0}']) {
    await fs.writeFile(join(home, 'prod', 'tickets', name ?? ''), text)
    expect(await tickets.find(COPY)).toBeNull()
  }
})
