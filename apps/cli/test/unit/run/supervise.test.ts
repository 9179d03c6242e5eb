import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Credential } from '@mm-secrets/core'
import { SecretsError } from '@mm-secrets/core'
import { expect, test } from 'vitest'
import type { Child, Ended } from '../../../src/run/programs.ts'
import type { Job, OnRotate } from '../../../src/run/supervise.ts'
import { supervise } from '../../../src/run/supervise.ts'
import type { Held } from '../../../src/run/variables.ts'
import type { Change } from '../../../src/run/watch.ts'
import { choose, credentialOf, versionOf } from './chosen.ts'

const bybit = choose('bybit')
const first = credentialOf(bybit, {}, versionOf('a'))
const second = credentialOf(bybit, {}, versionOf('b'))
const FIRST: Held = new Map([[bybit.label, first]])
const ROTATED: Change = { kind: 'rotated', chosen: [bybit] }

/** A grace that is over as soon as nothing else happens. */
const clock: Clock = {
  now: () => 0,
  sleep: async (_ms, signal) => sleep(5, undefined, signal && { signal }),
}

interface Scene {
  readonly onRotate: OnRotate
  /** What the watch sees; then nothing more. */
  readonly changes: readonly Change[]
  readonly read?: () => Promise<Credential>
  readonly stubborn?: boolean
  readonly asked?: () => boolean
  readonly mount?: Job['mount']
}

function stage(scene: Scene) {
  const [signals, started, notes, troubles]: [string[], string[], string[], unknown[]] = [
    [],
    [],
    [],
    [],
  ]
  const changes = [...scene.changes]
  let end: (how: Ended) => void = () => undefined
  const start = (
    _program: string,
    _args: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => {
    started.push(env['VERSION'] ?? '')
    const ended = new Promise<Ended>((settle) => {
      end = settle
    })
    const child: Child = {
      pid: started.length,
      ended,
      kill: (signal) => {
        signals.push(signal)
        if (signal === 'SIGKILL' || (signal === 'SIGTERM' && scene.stubborn !== true)) {
          end({ code: null, signal })
        }
      },
    }
    return Promise.resolve(child)
  }
  const job: Job = {
    command: ['bot'],
    chosen: [bybit],
    environment: (held) => ({ VERSION: held.get('bybit')?.versionId[0] ?? '' }),
    mount: scene.mount ?? null,
    watching: {
      onRotate: scene.onRotate,
      graceMs: 10_000,
      read: scene.read ?? (() => Promise.resolve(second)),
      watch: {
        next: async (_chosen, _held, signal) => {
          const change = changes.shift()
          if (change !== undefined) return change
          end({ code: 0, signal: null })
          return signal.aborted
            ? null
            : new Promise((settle) => {
                signal.addEventListener('abort', () => {
                  settle(null)
                })
              })
        },
        trouble: (error) => void troubles.push(error),
      },
    },
    note: (line) => void notes.push(line),
  }
  const relay = {
    to: () => undefined,
    get asked() {
      return scene.asked?.() ?? false
    },
  }
  const guard = { child: () => undefined }
  return {
    outcome: supervise(job, FIRST, { programs: { start }, clock, relay, guard }),
    signals,
    started,
    notes,
    troubles,
  }
}

test('restart ends the program and starts it anew with the new values', async () => {
  const { notes, outcome, signals, started } = stage({ onRotate: 'restart', changes: [ROTATED] })
  expect(await outcome).toEqual({ code: 0, signal: null })
  expect(started).toEqual(['a', 'b'])
  expect(signals).toEqual(['SIGTERM', 'SIGCONT'])
  expect(notes).toEqual(['bybit was rotated; starting the program anew.'])
})

test('a program that does not end within its grace is killed', async () => {
  const { outcome, signals, started } = stage({
    onRotate: 'restart',
    changes: [ROTATED],
    stubborn: true,
  })
  await outcome
  expect(signals).toEqual(['SIGTERM', 'SIGCONT', 'SIGKILL'])
  expect(started).toEqual(['a', 'b'])
})

test('it is not started anew once somebody has asked it to end', async () => {
  const { outcome, started } = stage({ onRotate: 'restart', changes: [ROTATED], asked: () => true })
  expect(await outcome).toEqual({ code: null, signal: 'SIGTERM' })
  expect(started).toEqual(['a'])
})

test('hup rewrites the file first, then tells the program, which goes on', async () => {
  const order: string[] = []
  const scene = stage({
    onRotate: 'hup',
    changes: [ROTATED],
    mount: (held) => {
      order.push(`file ${held.get('bybit')?.versionId[0] ?? ''}`, ...scene.signals)
      return Promise.resolve()
    },
  })
  expect(await scene.outcome).toEqual({ code: 0, signal: null })
  expect(order).toEqual(['file b'])
  expect(scene.signals).toEqual(['SIGHUP'])
  expect(scene.started).toEqual(['a'])
})

test('exit ends the program, and that is told apart from its own end', async () => {
  const { outcome, signals, started } = stage({ onRotate: 'exit', changes: [ROTATED] })
  expect(await outcome).toBe('rotated')
  expect(signals).toEqual(['SIGTERM', 'SIGCONT'])
  expect(started).toEqual(['a'])
})

test('a frozen key stops the program, whatever was to happen after a rotation', async () => {
  for (const onRotate of ['restart', 'hup', 'exit'] as const) {
    const { outcome, signals } = stage({ onRotate, changes: [{ kind: 'frozen', chosen: bybit }] })
    await expect(outcome).rejects.toMatchObject({ code: 'REVOKED' })
    expect(signals).toEqual(['SIGTERM', 'SIGCONT'])
  }
  const revoked = new SecretsError('REVOKED', 'Frozen meanwhile.')
  const { outcome, signals } = stage({
    onRotate: 'restart',
    changes: [ROTATED],
    read: () => Promise.reject(revoked),
  })
  await expect(outcome).rejects.toBe(revoked)
  expect(signals).toEqual(['SIGTERM', 'SIGCONT'])
})

test('new values that cannot be read or written are tried again; the program keeps the old ones', async () => {
  const away = new SecretsError('UNAVAILABLE', 'The store is away.')
  const results = [() => Promise.reject(away), () => Promise.resolve(second)]
  const { outcome, started, troubles } = stage({
    onRotate: 'restart',
    changes: [ROTATED, ROTATED],
    read: () => (results.shift() ?? (() => Promise.reject(away)))(),
  })
  await outcome
  expect(troubles).toEqual([away])
  expect(started).toEqual(['a', 'b'])

  const full = new Error('full')
  const scene = stage({ onRotate: 'hup', changes: [ROTATED], mount: () => Promise.reject(full) })
  await scene.outcome
  expect(scene.troubles).toEqual([full])
  expect(scene.signals).toEqual([])
})
