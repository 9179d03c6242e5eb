import { expect, it } from 'vitest'

import { parseOptions } from '../../src/program/options.ts'

it('has a default for everything', () => {
  expect(parseOptions([])).toEqual({
    help: false,
    port: 4566,
    seed: 1,
    accessKeys: null,
    policies: null,
    knobs: {},
  })
})

it('reads every option', () => {
  const args = '--port 1 --seed 2 --access-key one:a:b --access-key two:c --policies p -h'
  expect(parseOptions([...args.split(' '), '--knobs', '{"latencyMs": 3}'])).toEqual({
    help: true,
    port: 1,
    seed: 2,
    accessKeys: [
      { accessKeyId: 'one', secretAccessKey: 'a:b' },
      { accessKeyId: 'two', secretAccessKey: 'c' },
    ],
    policies: 'p',
    knobs: { latencyMs: 3 },
  })
})

it.each([
  [['--port', '65536'], '--port'],
  [['--port', '-1'], '--port'],
  [['--port', 'http'], '--port'],
  [['--seed', 'x'], '--seed'],
  [['--access-key', 'alone'], 'ID:SECRET'],
  [['--access-key', 'a b:c'], 'ID:SECRET'],
  [['--knobs', '{'], '--knobs: The body is not JSON'],
  [['--knobs', '{"throtleRate": 1}'], "There is no knob 'throtleRate'"],
  [['--host', '0.0.0.0'], '--host'],
  [['stray'], 'stray'],
])('refuses %j', (args, why) => {
  expect(parseOptions(args)).toEqual(expect.stringContaining(why))
})
