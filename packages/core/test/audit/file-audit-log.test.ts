import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../src/audit/event.ts'
import {
  auditFolder,
  eventOf,
  headPath,
  linesOf,
  openLog,
  recordsIn,
  segmentPath,
  testKeys,
  withHome,
} from './desk.ts'

describe('append', () => {
  test('writes one line with sorted keys, a sequence, a key and an HMAC over the line before', () =>
    withHome(async (home) => {
      const log = openLog(home)
      await log.append(eventOf('first'))
      await log.append(eventOf('second'))
      const [first = '', second = ''] = linesOf(segmentPath(home))
      expect(first).toMatch(
        /^\{"action":"note","actor":\{"face":"library","host":"desk","user":"ops"\},"at":"2026-11-01T00:00:00.000Z",/,
      )
      const { mac, ...rest } = JSON.parse(second) as Record<string, unknown>
      const before = (JSON.parse(first) as { mac: string }).mac
      const expected = createHmac('sha256', new Uint8Array(32).fill(1))
        .update(`${before}\n${JSON.stringify(rest)}`)
        .digest('hex')
      expect({ mac, sequence: rest['sequence'], key: rest['key'] }).toEqual({
        mac: expected,
        sequence: 2,
        key: 'vault',
      })
    }))

  test('keeps log and head closed to other users', () =>
    withHome(async (home) => {
      await openLog(home).append(eventOf('first'))
      if (process.platform === 'win32') return
      for (const path of [segmentPath(home), headPath(home)]) {
        expect(statSync(path).mode & 0o777).toBe(0o600)
      }
      expect(statSync(auditFolder(home)).mode & 0o777).toBe(0o700)
    }))

  test('leaves nothing but segments and the head behind', () =>
    withHome(async (home) => {
      const log = openLog(home)
      await Promise.all(Array.from({ length: 20 }, (_, n) => log.append(eventOf(`event ${n}`))))
      expect(readdirSync(auditFolder(home)).sort()).toEqual(['000001.jsonl', 'head.json'])
    }))

  test('takes events at the same time from 32 writers, each once, in the order of each', () =>
    withHome(async (home) => {
      const log = openLog(home, { segmentBytes: 20_000 })
      const writer = async (name: number): Promise<void> => {
        for (let n = 0; n < 20; n += 1) await log.append(eventOf(`${name}:${n}`))
      }
      await Promise.all(Array.from({ length: 32 }, (_, name) => writer(name)))
      const reasons = (await recordsIn(log)).map(({ reason }) => reason ?? '')
      for (let name = 0; name < 32; name += 1) {
        const own = reasons.filter((reason) => reason.startsWith(`${name}:`))
        expect(own).toEqual(Array.from({ length: 20 }, (_, n) => `${name}:${n}`))
      }
      expect(await log.verify('dev', [])).toEqual({ records: 640, homeKeyRecords: 0, broken: null })
    }))

  test('keeps a log for each environment', () =>
    withHome(async (home) => {
      const log = openLog(home)
      await Promise.all([log.append(eventOf('a')), log.append(eventOf('b', { env: 'prod' }))])
      expect(await log.head('dev')).toMatchObject({ sequence: 1 })
      expect(await log.head('prod')).toMatchObject({ sequence: 1 })
      expect(await log.head('soak')).toBeNull()
    }))

  test('begins a new segment when one is long enough', () =>
    withHome(async (home) => {
      const log = openLog(home, { segmentBytes: 1_000 })
      for (let n = 1; n <= 12; n += 1) await log.append(eventOf(`event ${n}`))
      const segments = readdirSync(auditFolder(home)).filter((name) => name.endsWith('.jsonl'))
      expect(segments.length).toBeGreaterThan(3)
      expect((await recordsIn(log)).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 12 }, (_, n) => n + 1),
      )
      expect(await log.verify('dev', [])).toEqual({ records: 12, homeKeyRecords: 0, broken: null })
    }))

  test('finds the end of the log behind a line longer than what is read at once', () =>
    withHome(async (home) => {
      const log = openLog(home)
      for (const length of [1, 200_000, 3]) await log.append(eventOf('x'.repeat(length)))
      expect(await log.verify('dev', [])).toEqual({ records: 3, homeKeyRecords: 0, broken: null })
    }))

  test('refuses an event that no reader would take, alone', () =>
    withHome(async (home) => {
      const log = openLog(home)
      const outcomes = await Promise.allSettled([
        log.append(eventOf('fine')),
        log.append(eventOf('x'.repeat(1_100_000))),
        log.append(eventOf('fine too')),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(outcomes[1]).toMatchObject({ reason: { code: 'INVALID_VALUE' } })
      expect(await log.verify('dev', [])).toEqual({ records: 2, homeKeyRecords: 0, broken: null })
    }))

  test('cannot be written: the error names the variable that sends records elsewhere', () =>
    withHome(async (home) => {
      writeFileSync(`${home}/dev`, 'a file in place of the folder')
      await expect(openLog(home).append(eventOf('lost'))).rejects.toMatchObject({
        code: 'AUDIT_UNAVAILABLE',
        hint: expect.stringContaining('MM_AUDIT_SINKS=stderr') as string,
      })
    }))

  test('does not follow a symbolic link in place of a segment', () =>
    withHome(async (home) => {
      if (process.platform === 'win32') return
      mkdirSync(auditFolder(home), { recursive: true, mode: 0o700 })
      writeFileSync(`${home}/victim`, '')
      symlinkSync(`${home}/victim`, segmentPath(home))
      await expect(openLog(home).append(eventOf('x'))).rejects.toMatchObject({
        code: 'AUDIT_UNAVAILABLE',
      })
      expect(readFileSync(`${home}/victim`, 'utf8')).toBe('')
    }))

  test.skipIf(process.platform === 'win32').each([1, 2])(
    'does not wait for a pipe in place of segment %i: append and read name it, verify finds it',
    (number) =>
      withHome(async (home) => {
        const log = openLog(home)
        if (number === 2) await log.append(eventOf('before'))
        else mkdirSync(auditFolder(home), { recursive: true, mode: 0o700 })
        execFileSync('mkfifo', [segmentPath(home, number)])
        const named = expect.stringContaining(segmentPath(home, number)) as string
        await expect(log.append(eventOf('x'))).rejects.toMatchObject({
          code: 'AUDIT_UNAVAILABLE',
          message: named,
        })
        await expect(recordsIn(log)).rejects.toMatchObject({ code: 'CONFIG', message: named })
        expect((await log.verify('dev', [])).broken).toContain('is no regular file')
      }),
  )
})

describe('a line torn by a crash', () => {
  test('is cut off by the next append, and recorded', () =>
    withHome(async (home) => {
      const log = openLog(home)
      await log.append(eventOf('before'))
      appendFileSync(segmentPath(home), '{"action":"no')
      expect(await log.verify('dev', [])).toEqual({ records: 1, homeKeyRecords: 0, broken: null })
      expect(await recordsIn(log)).toHaveLength(1)
      await log.append(eventOf('after'))
      const [, repair, after] = await recordsIn(log)
      expect(repair).toMatchObject({
        action: 'repair',
        outcome: 'done',
        code: null,
        reason: '13 bytes torn by a crash were cut off',
        actor: eventOf('').actor,
      })
      expect(after).toMatchObject({ reason: 'after', sequence: 3 })
      expect(await log.verify('dev', [])).toEqual({ records: 3, homeKeyRecords: 0, broken: null })
    }))

  test('is cut off where it is all that a new segment holds, and at the end of a full one', () =>
    withHome(async (home) => {
      const log = openLog(home, { segmentBytes: 300 })
      await log.append(eventOf('fills the first'))
      writeFileSync(segmentPath(home, 2), '{"torn', { mode: 0o600 })
      await log.append(eventOf('second'))
      appendFileSync(segmentPath(home, 2), '{"torn too')
      await log.append(eventOf('third'))
      expect((await recordsIn(log)).map(({ reason }) => reason)).toEqual([
        'fills the first',
        '6 bytes torn by a crash were cut off',
        'second',
        '10 bytes torn by a crash were cut off',
        'third',
      ])
      expect(await log.verify('dev', [])).toEqual({ records: 5, homeKeyRecords: 0, broken: null })
    }))
})

describe('records', () => {
  test('gives back what was appended, whatever text people write', () =>
    withHome(async (home) => {
      const log = openLog(home)
      const event: AuditEvent = eventOf('tab\t, "quote", \u202e, \ud800, 鍵\n{"mac":1}', {
        caller: 'arn:aws:iam::123456789012:user/ops',
        incident: { id: 'i-1', step: 'freeze' },
        code: 'CONFLICT',
        outcome: 'failed',
      })
      await log.append(event)
      const { sequence, mac, key, ...rest } = (await recordsIn(log))[0]!
      expect(rest).toEqual(event)
      expect({ sequence, mac }).toEqual(await log.head('dev'))
      expect(key).toBe('vault')
    }))

  test('stops with TAMPERED at a line that is no record, and names it', () =>
    withHome(async (home) => {
      const log = openLog(home)
      await log.append(eventOf('fine'))
      appendFileSync(segmentPath(home), '{"action":"note"}\n')
      await expect(recordsIn(log)).rejects.toMatchObject({
        code: 'TAMPERED',
        message: `${segmentPath(home)} line 2 is no audit record.`,
      })
    }))
})

describe('head', () => {
  test('is that of the last acknowledged record, and needs no key', () =>
    withHome(async (home) => {
      const log = openLog(home)
      await log.append(eventOf('one'))
      await log.append(eventOf('two'))
      const keyless = openLog(home, {
        keys: {
          current: () => Promise.reject(new Error('asked')),
          find: () => Promise.reject(new Error('asked')),
        },
      })
      const last = (await recordsIn(log)).at(-1)
      expect(await keyless.head('dev')).toEqual({ sequence: 2, mac: last?.mac })
    }))
})

describe('keys', () => {
  test('of both kinds make one chain', () =>
    withHome(async (home) => {
      for (const current of ['vault', 'home', 'home', 'vault'] as const) {
        await openLog(home, { keys: testKeys(current) }).append(eventOf(current))
      }
      const log = openLog(home)
      expect((await recordsIn(log)).map(({ key }) => key)).toEqual([
        'vault',
        'home',
        'home',
        'vault',
      ])
      expect(await log.verify('dev', [])).toEqual({ records: 4, homeKeyRecords: 2, broken: null })
    }))

  test('one that is not at hand: verify names the records that it could not check', () =>
    withHome(async (home) => {
      for (const current of ['vault', 'home', 'home', 'vault', 'home'] as const) {
        await openLog(home, { keys: testKeys(current) }).append(eventOf(current))
      }
      await expect(
        openLog(home, { keys: testKeys('vault', 'home') }).verify('dev', []),
      ).rejects.toMatchObject({
        code: 'STORE_CREDENTIALS',
        message: expect.stringContaining('2 to 3 (home key), 5 (home key).') as string,
      })
    }))

  test('one that is not at hand does not hide what is broken elsewhere', () =>
    withHome(async (home) => {
      for (const current of ['home', 'vault'] as const) {
        await openLog(home, { keys: testKeys(current) }).append(eventOf(current))
      }
      const [first = '', second = ''] = linesOf(segmentPath(home))
      writeFileSync(segmentPath(home), `${first}\n${second.replace('"ops"', '"eve"')}\n`)
      const verdict = await openLog(home, { keys: testKeys('vault', 'home') }).verify('dev', [])
      expect(verdict.broken).toContain('000001.jsonl line 2: record 2 does not fit its MAC')
    }))
})
