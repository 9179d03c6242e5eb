import { describe, expect, test } from 'vitest'
import type { AuditEvent, AuditSink } from '../../src/audit/event.ts'
import { auditSinks } from '../../src/audit/sinks.ts'
import { stderrAuditSink } from '../../src/audit/stderr-sink.ts'
import { SecretsError } from '../../src/errors/secrets-error.ts'
import { eventOf } from './desk.ts'

const into = (lines: string[]) => (line: string) => {
  lines.push(line)
  return Promise.resolve()
}

describe('stderr', () => {
  test('gets one line of JSON with sorted keys', async () => {
    const lines: string[] = []
    await stderrAuditSink(into(lines)).append(eventOf('why'))
    expect(lines).toEqual([
      '{"action":"note","actor":{"face":"library","host":"desk","user":"ops"},' +
        '"at":"2026-11-01T00:00:00.000Z","caller":null,"code":null,"credential":"dev/bybit","env":"dev",' +
        '"fingerprint":null,"incident":null,"outcome":"done","reason":"why","versionId":null}',
    ])
  })

  test('gets nothing that could deceive who reads it, and still the same event', async () => {
    const lines: string[] = []
    const reason = 'a\n\u001b[2J\u009b\u202e\u2066b'
    await stderrAuditSink(into(lines)).append(eventOf(reason))
    expect(lines[0]).toMatch(/^[\x20-\x7e]+$/)
    expect((JSON.parse(lines[0]!) as AuditEvent).reason).toBe(reason)
  })

  test('has the event only when the line is written', async () => {
    let written = (): void => {}
    const slow = stderrAuditSink(() => new Promise((done) => (written = done)))
    let done = false
    const appended = slow.append(eventOf('x')).then(() => (done = true))
    await Promise.resolve()
    expect(done).toBe(false)
    written()
    await appended
    expect(done).toBe(true)
  })

  test('that is closed is AUDIT_UNAVAILABLE', async () => {
    const closed = stderrAuditSink(() => Promise.reject(new Error('EPIPE')))
    await expect(closed.append(eventOf('lost'))).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    })
  })
})

describe('several sinks', () => {
  const failing: AuditSink = {
    append: () => Promise.reject(new SecretsError('AUDIT_UNAVAILABLE', 'The disk is full.')),
  }

  test('each get the event, also behind one that fails, and the failure is thrown', async () => {
    const lines: string[] = []
    const stderr = stderrAuditSink(into(lines))
    for (const sinks of [
      [failing, stderr],
      [stderr, failing],
    ]) {
      await expect(auditSinks(sinks).append(eventOf('once'))).rejects.toMatchObject({
        code: 'AUDIT_UNAVAILABLE',
        message: 'The disk is full.',
      })
    }
    expect(lines).toHaveLength(2)
  })

  test('that all take it are done when the last one is', async () => {
    let settle = (): void => {}
    const slow: AuditSink = {
      append: () =>
        new Promise((done) => {
          settle = done
        }),
    }
    let done = false
    const appended = auditSinks([stderrAuditSink(into([])), slow])
      .append(eventOf('x'))
      .then(() => {
        done = true
      })
    await Promise.resolve()
    expect(done).toBe(false)
    settle()
    await appended
    expect(done).toBe(true)
  })
})
