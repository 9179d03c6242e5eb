import { appendFileSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeWith } from '@mm-secrets/vitest-config'
import { describe, expect, test } from 'vitest'
import {
  auditFolder,
  eventOf,
  headPath,
  openLog,
  recordsIn,
  segmentPath,
  withHome,
} from '../audit/desk.ts'
import type { BeforeCall } from '../durable/observed-fs.ts'
import { observedFs, systemError } from '../durable/observed-fs.ts'
import type { Ended, Running } from '../durable/processes.ts'
import { startScript } from '../durable/processes.ts'

const CHILD = new URL('audit-child.ts', import.meta.url)
/** About three records: faults fall on the change of segments too. */
const SEGMENT_BYTES = 1_000

function appender(
  home: string,
  name: string,
  count: number,
  wrapper: readonly string[] = [],
): Running {
  return startScript(CHILD, [home, name, String(count), String(SEGMENT_BYTES)], wrapper)
}

/** Leaves half a line at the end of a log, as a crash would: mending it is part of an append. */
function tear(home: string): void {
  const segments = readdirSync(auditFolder(home)).filter((name) => name.endsWith('.jsonl'))
  appendFileSync(join(auditFolder(home), segments.sort().at(-1)!), '{"action":"no')
}

const acknowledged = ({ stdout }: Ended): readonly string[] => stdout.split('\n').slice(0, -1)

/** What is promised after any fault: appending goes on, the chain holds, every acknowledged event is there once. */
async function expectSound(home: string, acknowledgedReasons: readonly string[]): Promise<void> {
  const log = openLog(home, { segmentBytes: SEGMENT_BYTES })
  await log.append(eventOf('afterwards'))
  const reasons = (await recordsIn(log)).map(({ reason }) => reason ?? '')
  expect(await log.verify('dev', [])).toEqual({
    records: reasons.length,
    homeKeyRecords: 0,
    broken: null,
  })
  const own = reasons.filter((reason) => reason.includes(':'))
  expect(new Set(own).size).toBe(own.length)
  expect(reasons).toEqual(expect.arrayContaining([...acknowledgedReasons, 'afterwards']))
}

describe('appending from many processes', () => {
  test(
    '8 × 25 events at the same time make one chain, each event once',
    () =>
      withHome(async (home) => {
        const children = Array.from({ length: 8 }, (_, n) => appender(home, `child${n}`, 25))
        const ended = await Promise.all(children.map((child) => child.ended))
        expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']))
        await expectSound(home, ended.flatMap(acknowledged))
        expect(await openLog(home).head('dev')).toMatchObject({ sequence: 201 })
      }),
    60_000,
  )

  test(
    '200 of them killed at a random moment, three at a time, lose nothing acknowledged',
    () =>
      withHome(async (home) => {
        const told: string[] = []
        const killOne = async (name: string): Promise<void> => {
          const { child, ended } = appender(home, name, 10_000)
          child.stdout?.once('data', () => {
            void sleep(Math.random() * 25).then(() => child.kill('SIGKILL'))
          })
          const end = await ended
          expect(end).toMatchObject({ signal: 'SIGKILL', stderr: '' })
          told.push(...acknowledged(end))
        }
        const lane = async (lane: number): Promise<void> => {
          for (let n = lane; n < 200; n += 3) await killOne(`victim${n}`)
        }
        await Promise.all([lane(0), lane(1), lane(2)])
        expect(told.length).toBeGreaterThanOrEqual(200)
        await expectSound(home, told)
      }),
    180_000,
  )
})

describe('a file system that fails', () => {
  /** What may go wrong at one call of many. */
  const faults: Readonly<
    Record<string, (name: string, args: readonly unknown[], on: object) => unknown>
  > = {
    'an error': (name) => {
      throw systemError('EIO', name)
    },
    'a disk that is full after half of a write': async (name, args, on) => {
      if (name === 'writeFile') await writeHalf(args, on)
      throw systemError('ENOSPC', name)
    },
  }

  for (const [title, fault] of Object.entries(faults)) {
    test(`${title} at any one call: what is refused is named, the next append works`, () =>
      atEveryCall((calls, fatal) => calls === fatal, fault))

    test(`${title} at any call and ever after, as if it had crashed: the next append works`, () =>
      atEveryCall((calls, fatal) => calls >= fatal, fault))
  }

  /** Two appends into one segment and a third one into the next, with each of their calls struck in turn. */
  async function atEveryCall(
    strikes: (calls: number, fatal: number) => boolean,
    fault: (name: string, args: readonly unknown[], on: object) => unknown,
  ): Promise<void> {
    for (let fatal = 1; ; fatal += 1) {
      let calls = 0
      const before: BeforeCall = async (name, args, on) => {
        calls += 1
        if (strikes(calls, fatal)) await fault(name, args, on)
      }
      await withHome(async (home) => {
        const told: string[] = []
        const log = openLog(home, { fs: observedFs(before), segmentBytes: 500 })
        for (const reason of ['event:1', 'event:2', 'event:3']) {
          try {
            await log.append(eventOf(reason))
            told.push(reason)
          } catch (error) {
            expect(error).toMatchObject({
              code: 'AUDIT_UNAVAILABLE',
              hint: expect.stringContaining('MM_AUDIT_SINKS') as string,
            })
          }
        }
        await expectSound(home, told)
      })
      if (calls < fatal) return
    }
  }

  async function writeHalf(args: readonly unknown[], on: object): Promise<void> {
    const bytes = Buffer.from(args[0] as Uint8Array | string)
    const { write } = on as { write: (part: Uint8Array) => Promise<unknown> }
    await write.call(on, bytes.subarray(0, bytes.length / 2))
  }

  test('a full disk leaves log and head as they were', () =>
    withHome(async (home) => {
      await openLog(home).append(eventOf('before'))
      const files = [segmentPath(home), headPath(home)].map((path) => readFileSync(path, 'utf8'))
      const full = observedFs(async (name, args, on) => {
        if (name !== 'writeFile') return
        if (!String(args[0]).includes('"action"')) return
        await writeHalf(args, on)
        throw systemError('ENOSPC', name)
      })
      await expect(openLog(home, { fs: full }).append(eventOf('lost'))).rejects.toMatchObject({
        code: 'AUDIT_UNAVAILABLE',
        message: expect.stringContaining('no space is left') as string,
        hint: expect.stringContaining('MM_AUDIT_SINKS=stderr') as string,
      })
      expect([segmentPath(home), headPath(home)].map((path) => readFileSync(path, 'utf8'))).toEqual(
        files,
      )
    }))
})

describeWith('strace', 'a real process under strace', (strace) => {
  /** One thread for the file system, since strace counts the calls of each thread. */
  const under = (...injection: readonly string[]): readonly string[] => [
    'env',
    'UV_THREADPOOL_SIZE=1',
    strace,
    ...['-f', '-qq', '-o', '/dev/null'],
    ...injection,
  ]

  test.each(['mkdir', 'write', 'fsync', 'rename', 'unlink', 'rmdir', 'ftruncate'])(
    'killed at each %s of its appends in turn, it loses nothing acknowledged',
    (call) =>
      withHome(async (home) => {
        const told: string[] = []
        await openLog(home).append(eventOf('before'))
        for (let n = 1; ; n += 1) {
          tear(home)
          const inject = under('-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${n}`)
          const end = await appender(home, `${call}${n}`, 1, inject).ended
          told.push(...acknowledged(end))
          await expectSound(home, told)
          if (end.code === 0) break
          expect(end).toMatchObject({ signal: 'SIGKILL', stderr: '' })
        }
      }),
    120_000,
  )

  test('on a full disk it says so, and the log stays sound', () =>
    withHome(async (home) => {
      await openLog(home).append(eventOf('before:1'))
      const full = under(
        '-P',
        segmentPath(home),
        '-e',
        'trace=write',
        '-e',
        'inject=write:error=ENOSPC',
      )
      const end = await startScript(CHILD, [home, 'full', '1', '1000000'], full).ended
      expect(end.stdout).toBe('')
      expect(end.stderr).toContain('AUDIT_UNAVAILABLE')
      expect(end.stderr).toContain('no space is left')
      await expectSound(home, ['before:1'])
    }))
})
