import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AuditHead, AuditRecord, AuditVerdict } from '../../src/audit/event.ts'
import {
  auditFolder,
  changedLine,
  eventOf,
  headPath,
  linesOf,
  openLog,
  recordsIn,
  segmentPath,
  testKeys,
} from './desk.ts'

const RECORDS = 12
/** Three segments. */
const SEGMENT_BYTES = 1_500

let original = ''
let records: readonly AuditRecord[] = []
beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'mm-audit-original-'))
  for (let n = 1; n <= RECORDS; n += 1) {
    const keys = testKeys(n % 5 === 0 ? 'home' : 'vault')
    await openLog(original, { keys, segmentBytes: SEGMENT_BYTES }).append(eventOf(`event ${n}`))
  }
  records = await recordsIn(openLog(original))
})
afterAll(() => {
  rmSync(original, { recursive: true, force: true })
})

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mm-audit-'))
  restore()
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

function restore(): void {
  rmSync(auditFolder(home), { recursive: true, force: true })
  cpSync(original, home, { recursive: true })
}

const verify = (
  exported: readonly AuditHead[] = [],
  knownHeads: readonly AuditHead[] = [],
): Promise<AuditVerdict> =>
  openLog(home, { knownHeads, segmentBytes: SEGMENT_BYTES }).verify('dev', exported)

const headAt = (sequence: number): AuditHead => {
  const { mac } = records[sequence - 1]!
  return { sequence, mac }
}
const segmentNames = (): readonly string[] =>
  readdirSync(auditFolder(original)).filter((name) => name.endsWith('.jsonl'))
const rewrite = (path: string, lines: readonly string[]): void => {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
}
/** Each place of a line: its segment and its index there. */
const everyLine = (): readonly (readonly [path: string, index: number])[] =>
  segmentNames().flatMap((name) => {
    const path = join(auditFolder(home), name)
    return linesOf(path).map((_, index) => [path, index] as const)
  })

test('a log as it was left holds, against every head that was kept', async () => {
  expect(segmentNames()).toHaveLength(3)
  const heads = Array.from({ length: RECORDS }, (_, n) => headAt(n + 1))
  expect(await verify(heads, heads)).toEqual({ records: RECORDS, homeKeyRecords: 2, broken: null })
})

test('a home without a log holds, unless somebody kept a head of one', async () => {
  rmSync(auditFolder(home), { recursive: true })
  expect(await verify()).toEqual({ records: 0, homeKeyRecords: 0, broken: null })
  expect(await verify([headAt(3)])).toEqual({
    records: 0,
    homeKeyRecords: 0,
    broken: 'The log is gone, though an exported head says that it goes on to record 3.',
  })
  expect((await verify([], [headAt(3)])).broken).toContain('a version of the vault')
})

describe('is found', () => {
  test('any single byte that is changed, in any file', async () => {
    const files = [...segmentNames(), 'head.json'].map((name) => join(auditFolder(home), name))
    const property = fc.asyncProperty(
      fc.constantFrom(...files),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (path, at, change) => {
        const bytes = readFileSync(path)
        const changed = Buffer.from(bytes)
        changed[at % bytes.length]! ^= change
        writeFileSync(path, changed)
        const { broken } = await verify()
        writeFileSync(path, bytes)
        expect(broken).not.toBeNull()
      },
    )
    await fc.assert(property, { numRuns: 400 })
  })

  test('any single byte that is added or removed', async () => {
    const files = [...segmentNames(), 'head.json'].map((name) => join(auditFolder(home), name))
    const property = fc.asyncProperty(
      fc.constantFrom(...files),
      fc.nat(),
      fc.option(fc.nat({ max: 255 })),
      async (path, place, added) => {
        const bytes = readFileSync(path)
        const at = place % bytes.length
        const inserted = added === null ? [] : [added]
        const rest = bytes.subarray(added === null ? at + 1 : at)
        writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted), rest]))
        const { broken } = await verify()
        writeFileSync(path, bytes)
        expect(broken).not.toBeNull()
      },
    )
    await fc.assert(property, { numRuns: 400 })
  })

  test('any line that is removed, doubled, or moved behind the next one', async () => {
    const changes = {
      removed: (lines: string[], index: number) => lines.splice(index, 1),
      doubled: (lines: string[], index: number) => lines.splice(index, 0, lines[index]!),
      moved: (lines: string[], index: number) => {
        const [line = ''] = lines.splice(index, 1)
        lines.splice(index + 1, 0, line)
      },
    }
    for (const [name, change] of Object.entries(changes)) {
      for (const [path, index] of everyLine()) {
        const lines = [...linesOf(path)]
        if (name === 'moved' && index === lines.length - 1) continue
        change(lines, index)
        rewrite(path, lines)
        expect((await verify()).broken, `${name}: ${path} line ${index + 1}`).not.toBeNull()
        restore()
      }
    }
  })

  test('any truncation, at the end of a line or in the middle of one', async () => {
    for (const [path, index] of everyLine()) {
      const before = linesOf(path).slice(0, index).join('\n').length + (index === 0 ? 0 : 1)
      for (const length of [before, before + 1, before + 200]) {
        truncateSync(path, length)
        expect((await verify()).broken, `${path} cut at ${length}`).not.toBeNull()
        restore()
      }
    }
  })

  test('a segment that is missing, doubled, emptied, or swapped with another', async () => {
    const [first, second, third, fourth] = [1, 2, 3, 4].map((n) => segmentPath(home, n)) as [
      string,
      string,
      string,
      string,
    ]
    const changes: Readonly<Record<string, () => void>> = {
      'first missing': () => {
        rmSync(first)
      },
      'middle missing': () => {
        rmSync(second)
      },
      'last missing': () => {
        rmSync(third)
      },
      'all missing': () => {
        for (const path of [first, second, third]) rmSync(path)
      },
      doubled: () => {
        copyFileSync(third, fourth)
      },
      'middle emptied': () => {
        truncateSync(second)
      },
      'first two swapped': () => {
        renameSync(first, fourth)
        renameSync(second, first)
        renameSync(fourth, second)
      },
      'last renumbered': () => {
        renameSync(third, fourth)
      },
      'head file missing': () => {
        rmSync(headPath(home))
      },
    }
    for (const [name, change] of Object.entries(changes)) {
      change()
      expect((await verify()).broken, name).not.toBeNull()
      restore()
    }
  })

  test('a log and its head put back together to an earlier state, by any head kept elsewhere', async () => {
    const earlier = mkdtempSync(join(tmpdir(), 'mm-audit-earlier-'))
    cpSync(home, earlier, { recursive: true })
    await openLog(home).append(eventOf('one more'))
    const head = (await openLog(home).head('dev'))!
    rmSync(auditFolder(home), { recursive: true })
    cpSync(earlier, home, { recursive: true })
    rmSync(earlier, { recursive: true })
    expect((await verify()).broken).toBeNull()
    const expected = `The log ends at record ${RECORDS}, though`
    expect((await verify([head])).broken).toContain(`${expected} an exported head says`)
    expect((await verify([], [head])).broken).toContain(`${expected} a version of the vault says`)
  })

  test('a chain that was made anew with another key', async () => {
    rmSync(auditFolder(home), { recursive: true })
    for (let n = 1; n <= RECORDS; n += 1) await openLog(home).append(eventOf(`another ${n}`))
    expect((await verify()).broken).toBeNull()
    expect((await verify([headAt(7)])).broken).toBe(
      '000001.jsonl line 7: record 7 is not the one that an exported head names.',
    )
  })
})

describe('the answer says where', () => {
  test('a changed record', async () => {
    const path = segmentPath(home, 2)
    const [first = '', second = '', ...rest] = linesOf(path)
    const sequence = (JSON.parse(second) as AuditRecord).sequence
    rewrite(path, [first, changedLine(second, { reason: 'harmless' }), ...rest])
    expect(await verify()).toEqual({
      records: sequence - 1,
      homeKeyRecords: 1,
      broken:
        `000002.jsonl line 2: record ${sequence} does not fit its MAC: ` +
        'it, the one before it, or the vault key was changed.',
    })
  })

  test('a removed record', async () => {
    const path = segmentPath(home)
    const [first = '', , ...rest] = linesOf(path)
    rewrite(path, [first, ...rest])
    expect((await verify()).broken).toBe(
      '000001.jsonl line 2: record 3, where record 2 should be: lines were removed, added or moved.',
    )
  })

  test('a line cut in the middle that a head had named whole', async () => {
    const path = segmentPath(home, 3)
    truncateSync(path, readFileSync(path).length - 5)
    expect((await verify()).broken).toBe(
      `The log ends at record ${RECORDS - 1} and a line that is cut off, ` +
        `though the head file says that it goes on to record ${RECORDS}.`,
    )
  })
})

describe('appending to a log that was tampered with', () => {
  const tamperings: Readonly<Record<string, () => void>> = {
    'its last line removed': () => {
      rewrite(segmentPath(home, 3), linesOf(segmentPath(home, 3)).slice(0, -1))
    },
    'its last line cut': () => {
      const path = segmentPath(home, 3)
      truncateSync(path, readFileSync(path).length - 5)
    },
    'its last segment removed': () => {
      rmSync(segmentPath(home, 3))
    },
    'all segments removed': () => {
      for (const number of [1, 2, 3]) rmSync(segmentPath(home, number))
    },
    'its last line replaced': () => {
      const path = segmentPath(home, 3)
      const lines = linesOf(path)
      const forged = changedLine(lines.at(-1)!, { mac: 'f'.repeat(64) })
      rewrite(path, [...lines.slice(0, -1), forged])
    },
    'a line of nonsense added': () => {
      appendFileSync(segmentPath(home, 3), 'nonsense\n')
    },
    'its head file removed, and a line': () => {
      rmSync(headPath(home))
      rewrite(segmentPath(home, 3), linesOf(segmentPath(home, 3)).slice(0, -1))
    },
    'its head file forged': () => {
      const head = JSON.parse(readFileSync(headPath(home), 'utf8')) as { tag: string }
      writeFileSync(headPath(home), JSON.stringify({ ...head, tag: 'f'.repeat(64) }))
    },
    'its head file damaged': () => {
      truncateSync(headPath(home), 10)
    },
  }

  test.each(Object.keys(tamperings))('works, and launders nothing: %s', async (name) => {
    tamperings[name]!()
    const log = openLog(home, { segmentBytes: SEGMENT_BYTES })
    const untouched = readdirSync(auditFolder(home))
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => [file, readFileSync(join(auditFolder(home), file), 'utf8')] as const)
    for (const reason of ['next', 'and next']) await log.append(eventOf(reason))

    const { broken } = await verify()
    expect(broken).not.toBeNull()
    for (const [file, content] of untouched) {
      expect(readFileSync(join(auditFolder(home), file), 'utf8')).toBe(content)
    }
    const newest = readdirSync(auditFolder(home))
      .filter((file) => file.endsWith('.jsonl'))
      .sort()
    const added = linesOf(join(auditFolder(home), newest.at(-1)!)).map(
      (line) => JSON.parse(line) as AuditRecord,
    )
    expect(
      added.map(({ action, outcome, code, reason }) => [action, outcome, code, reason]),
    ).toEqual([
      ['repair', 'failed', 'TAMPERED', expect.any(String)],
      ['note', 'done', null, 'next'],
      ['note', 'done', null, 'and next'],
    ])
  })
})
