import { expect, it } from 'vitest'

import { parseOptions } from '../../src/program/options.ts'

it('has a default for everything', () => {
  expect(parseOptions([])).toEqual({
    help: false,
    port: 4570,
    sites: ['mainnet', 'testnet'],
    seed: 1,
    keys: null,
    knobs: {},
  })
})

it('reads every option', () => {
  const args = '--port 1 --seed 2 --sites mainnet,eu --keys k.json -h'
  expect(parseOptions([...args.split(' '), '--knobs', '{"latencyMs": 3}'])).toEqual({
    help: true,
    port: 1,
    sites: ['mainnet', 'eu'],
    seed: 2,
    keys: 'k.json',
    knobs: { latencyMs: 3 },
  })
})

it.each([
  [['--port', '65536'], '--port'],
  [['--port', '-1'], '--port'],
  [['--port', 'http'], '--port'],
  [['--seed', 'x'], '--seed'],
  [['--sites', ''], '--sites'],
  [['--sites', 'main,main'], '--sites'],
  [['--sites', 'main net'], '--sites'],
  [['--knobs', '{'], '--knobs: The body is not JSON'],
  [['--knobs', '{"erorRate": 1}'], "There is no knob 'erorRate'"],
  [['--host', '0.0.0.0'], '--host'],
  [['stray'], 'stray'],
])('refuses %j', (args, why) => {
  expect(parseOptions(args)).toEqual(expect.stringContaining(why))
})
