import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeText, foldLine, icalendarText } from '../../../src/reporting/icalendar.ts'
import { DAY_MS, NOW, someRow } from './row.ts'

/** Content lines as a reader has them: RFC 5545, section 3.1. */
function contentLines(text: string): readonly string[] {
  return text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1)
}

const rows = [
  someRow(),
  someRow({ account: 'a-rather-long-name-of-an-account-at-this-exchange', suffix: '-new' }),
]

test('lines end in CRLF and have at most 75 octets', () => {
  const text = icalendarText(rows, NOW)
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
  const longest = text.split('\r\n').map((line) => Buffer.byteLength(line))
  expect(Math.max(...longest)).toBeLessThanOrEqual(75)
  expect(text).toContain('\r\n ')
})

test('a calendar has its version and product, an event each property that it must have, once', () => {
  const lines = contentLines(icalendarText(rows, NOW))
  expect(lines.slice(0, 3)).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//mm-secrets//status//EN',
  ])
  const [, ...events] = lines.join('\n').split('BEGIN:VEVENT\n')
  expect(events).toHaveLength(2)
  for (const event of events) {
    const names = event
      .split('\nEND:VEVENT')[0]
      ?.split('\n')
      .map((line) => /^[A-Z]+/.exec(line)?.[0])
    expect(names).toEqual([
      ...['UID', 'DTSTAMP', 'DTSTART', 'SUMMARY', 'DESCRIPTION', 'CATEGORIES', 'TRANSP'],
    ])
  }
})

test('the event is all day on the day from which the key is due, in UTC', () => {
  const lines = contentLines(icalendarText(rows.slice(0, 1), NOW))
  expect(lines).toContain('DTSTART;VALUE=DATE:20261218')
  expect(lines).toContain('DTSTAMP:20261124T123000Z')
  expect(lines).toContain('SUMMARY:Rotate prod/bybit')
  expect(lines).toContain(
    'DESCRIPTION:The key of prod/bybit is due from 2026-12-18 and overdue from 2026-12-24.\\nmm-secrets rotate --env prod --exchange bybit',
  )
})

test('a credential keeps its UID over a rotation, and no two credentials have the same', () => {
  const uids = (text: string) => contentLines(text).filter((line) => line.startsWith('UID:'))
  const later = someRow({}, { createdAt: NOW, dueAt: NOW + 60 * DAY_MS })
  const before = uids(icalendarText(rows, NOW))
  expect(uids(icalendarText([later], NOW + DAY_MS))).toEqual(before.slice(0, 1))
  expect(new Set(before).size).toBe(2)
})

test('the same state gives the same calendar at any time', () => {
  expect(icalendarText(rows, NOW + 5 * DAY_MS)).toBe(icalendarText(rows, NOW))
})

test('what is deleted or of unknown age has no event', () => {
  const unknown = someRow({}, { createdAt: null, dueAt: null, overdueAt: null })
  const text = icalendarText([unknown, someRow({}, { condition: 'deleted' })], NOW)
  expect(text).not.toContain('VEVENT')
})

test('a folded line is whole characters, and unfolded it is the line again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (line) => {
      fc.pre(!/[\r\n]/.test(line))
      const folded = foldLine(line)
      for (const part of folded.split('\r\n')) {
        expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75)
        // Half a surrogate pair would come back as a replacement character.
        expect(Buffer.from(part).toString('utf8')).toBe(part)
      }
      expect(folded.replaceAll('\r\n ', '')).toBe(line)
    }),
  )
})

test('escaped text is one TEXT value, from which the text can be had back', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const escaped = escapeText(text)
      expect(escaped).toMatch(/^(?:[^\\;,\n]|\\[\\;,n])*$/)
      const back = escaped.replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark))
      expect(back).toBe(text.replaceAll('\r\n', '\n'))
    }),
  )
})
