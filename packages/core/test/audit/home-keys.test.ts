import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AuditKeys } from '../../src/audit/keys.ts'
import { homeAuditKeys } from '../../src/audit/home-keys.ts'
import { newCall } from '../../src/runtime/call.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { withHome } from './desk.ts'

const call = newCall(systemClock)
const keysIn = (home: string): AuditKeys =>
  homeAuditKeys({ home, fs, clock: systemClock, randomness: randomBytes })

describe('the key file of a home', () => {
  test('is made once, by whichever of many comes first, and closed to other users', () =>
    withHome(async (home) => {
      const made = await Promise.all(
        Array.from({ length: 10 }, () => keysIn(home).current('prod', call)),
      )
      expect(new Set(made.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(1)
      expect(made[0]).toMatchObject({ id: 'home' })
      expect(made[0]!.key).toHaveLength(32)
      if (process.platform === 'win32') return
      expect(statSync(join(home, 'prod', 'audit.key')).mode & 0o777).toBe(0o600)
    }))

  test('is another one in each environment', () =>
    withHome(async (home) => {
      const dev = await keysIn(home).current('dev', call)
      const prod = await keysIn(home).current('prod', call)
      expect(dev.key).not.toEqual(prod.key)
    }))

  test('is found but never made by who verifies; of a vault it knows nothing', () =>
    withHome(async (home) => {
      expect(await keysIn(home).find('dev', 'home', call)).toBeNull()
      const made = await keysIn(home).current('dev', call)
      expect(await keysIn(home).find('dev', 'home', call)).toEqual(made)
      expect(await keysIn(home).find('dev', 'vault', call)).toBeNull()
    }))

  test('that is damaged is an error that does not repeat it', () =>
    withHome(async (home) => {
      await keysIn(home).current('dev', call)
      const path = join(home, 'dev', 'audit.key')
      const half = readFileSync(path, 'utf8').slice(0, 20)
      writeFileSync(path, half)
      const error: unknown = await keysIn(home)
        .current('dev', call)
        .catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'CORRUPT' })
      expect(String(error)).not.toContain(half)
    }))

  test('that other users may read is refused', () =>
    withHome(async (home) => {
      if (process.platform === 'win32') return
      await keysIn(home).current('dev', call)
      chmodSync(join(home, 'dev', 'audit.key'), 0o644)
      await expect(keysIn(home).current('dev', call)).rejects.toMatchObject({ code: 'CONFIG' })
    }))
})
