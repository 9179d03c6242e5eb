import { createHash } from 'node:crypto'
import type { StatusRow } from '@mm-secrets/core'
import { formatRef, secretName } from '@mm-secrets/core'
import { refOptions } from '../output/messages.ts'

/** RFC 5545, section 3.1: "Lines of text SHOULD NOT be longer than 75 octets, excluding the line break." */
const MAX_OCTETS = 75

/**
 * Rotations as a calendar: an all-day event for each credential, on the day from which its key should be rotated.
 *
 * The same credential always has the same UID, so that a calendar which is subscribed to moves the event after a
 * rotation instead of adding one. RFC 5545, section 3.6, wants at least one component; without any credential there is
 * none, which every reader takes for the empty calendar that it is.
 *
 * @param now stands for the time of a key whose age is unknown
 */
export function icalendarText(rows: readonly StatusRow[], now: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//mm-secrets//status//EN',
    'CALSCALE:GREGORIAN',
    ...rows.flatMap((row) => eventLines(row, now)),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${foldLine(line)}\r\n`).join('')
}

function eventLines(row: StatusRow, now: number): readonly string[] {
  const { condition, createdAt, dueAt, overdueAt, ref } = row
  // A deleted key has no age that matters.
  if (dueAt === null || overdueAt === null || condition === 'deleted') return []
  const name = formatRef(ref)
  return [
    'BEGIN:VEVENT',
    `UID:${uid(row)}`,
    // Section 3.8.7.2: without a METHOD, when the information was last revised, which is when the key was made.
    `DTSTAMP:${utcTime(createdAt ?? now)}`,
    `DTSTART;VALUE=DATE:${utcDate(dueAt)}`,
    `SUMMARY:${escapeText(`Rotate ${name}`)}`,
    `DESCRIPTION:${escapeText(
      `The key of ${name} is due from ${isoDate(dueAt)} and overdue from ${isoDate(overdueAt)}.\n` +
        `mm-secrets rotate ${refOptions(ref)}`,
    )}`,
    `CATEGORIES:${escapeText(ref.env)}`,
    // Section 3.8.2.7: a reminder does not make anybody busy.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]
}

/** RFC 7986, section 5.3: nothing in it tells of the host or the user. */
function uid({ ref }: StatusRow): string {
  const hash = createHash('sha256').update(secretName(ref, 'api_key'), 'utf8').digest('hex')
  return `${hash.slice(0, 32)}@mm-secrets`
}

/** `20261125T000000Z`: section 3.3.5, form 2. */
function utcTime(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** `20261125`: section 3.3.4. */
function utcDate(at: number): string {
  return isoDate(at).replaceAll('-', '')
}

function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Section 3.3.11: backslash, semicolon, comma and line feed. */
export function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, (character) => `\\${character}`).replace(/\r?\n/g, '\\n')
}

/** Section 3.1: continued on the next line behind a space; a character of several octets is not broken up. */
export function foldLine(line: string): string {
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line) {
    const length = Buffer.byteLength(character, 'utf8')
    if (octets + length > MAX_OCTETS) {
      parts.push(part)
      part = ' '
      octets = 1
    }
    part += character
    octets += length
  }
  return [...parts, part].join('\r\n')
}
