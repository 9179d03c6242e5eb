import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeLabel, prometheusText } from '../../../src/reporting/prometheus.ts'
import { NOW, someRow } from './row.ts'

/** A line of https://prometheus.io/docs/instrumenting/exposition_formats/, without a timestamp. */
const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!\})|(?=\})))*)\} (\d+(?:\.\d+)?)$/
const COMMENT = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/

const rows = [
  someRow(),
  someRow(
    { env: 'dev', exchange: 'kucoin', account: 'hedge', suffix: '-new' },
    { condition: 'exposed', notRevoked: 'x' as never },
  ),
  someRow(
    { exchange: 'binance', namespace: 'mm-admin' },
    { condition: 'age-unknown', createdAt: null, dueAt: null, overdueAt: null },
  ),
]

function samples(text: string) {
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? []
      return { line, name, labels, value: Number(value) }
    })
}

test('every line is a sample without a timestamp, or a HELP or TYPE', () => {
  const text = prometheusText(rows)
  expect(text.endsWith('}\n') || /\d\n$/.test(text)).toBe(true)
  for (const line of text.slice(0, -1).split('\n')) {
    expect(line).toMatch(line.startsWith('#') ? COMMENT : SAMPLE)
  }
})

test('HELP and TYPE stand once before all samples of their metric, which form one group', () => {
  const order: string[] = []
  for (const line of prometheusText(rows).trimEnd().split('\n')) {
    const name = COMMENT.exec(line)?.[2] ?? SAMPLE.exec(line)?.[1] ?? ''
    const kind = COMMENT.exec(line)?.[1] ?? 'sample'
    if (order.at(-1) !== `${name} ${kind}`) order.push(`${name} ${kind}`)
  }
  expect(new Set(order).size).toBe(order.length)
  for (let at = 0; at < order.length; at += 3) {
    const name = order[at]?.split(' ')[0] ?? ''
    expect(order.slice(at, at + 3)).toEqual([`${name} HELP`, `${name} TYPE`, `${name} sample`])
    expect(name).toMatch(/^mm_secrets_[a-z_]+$/)
  }
})

test('no series is there twice', () => {
  const series = samples(prometheusText(rows)).map(({ labels, name }) => `${name}{${labels}}`)
  expect(new Set(series).size).toBe(series.length)
})

test('times are seconds since the epoch, and what is unknown has no sample', () => {
  const text = prometheusText(rows)
  const overdue = samples(text).filter(({ name }) => name.endsWith('overdue_timestamp_seconds'))
  expect(overdue).toMatchObject([{ value: NOW / 1000 + 29 * 86_400 }, {}])
})

test('of all conditions the one that holds is 1, so that an alert on the others resolves', () => {
  const conditions = samples(prometheusText(rows.slice(0, 1))).filter(({ name }) =>
    name.endsWith('_condition'),
  )
  expect(conditions).toHaveLength(13)
  const holding = conditions.filter(({ value }) => value === 1)
  expect(holding.map(({ labels }) => labels)).toEqual([
    'env="prod",exchange="bybit",account="",suffix="",condition="fine"',
  ])
})

test('nothing stored is nothing printed', () => {
  expect(prometheusText([])).toBe('')
})

test('an escaped label is one label, from which the text can be had back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeLabel(text)
      expect(escaped).toMatch(/^(?:[^"\\\n]|\\[\\"n])*$/)
      const back = escaped.replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark))
      expect(back).toBe(text)
    }),
  )
})
