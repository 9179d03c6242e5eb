import { describe, expect, test } from 'vitest'
import type { Route } from '../../../src/app.ts'
import { loadRoutes } from '../../../src/app.ts'
import type { Offer, ValuesOf } from '../../../src/completion/candidates.ts'
import { offerAt } from '../../../src/completion/candidates.ts'
import type { Given } from '../../../src/completion/position.ts'
import { optionsOf, positionOf } from '../../../src/completion/position.ts'

const routes = await loadRoutes([])

/** Where every value is `asked for NAME`, so that a test sees what was asked. */
const echo: ValuesOf = ({ option }) => Promise.resolve([{ word: option.name, brief: 'asked' }])

async function offer(line: string, valuesOf: ValuesOf = echo): Promise<Offer> {
  const words = line.split(' ')
  return offerAt(positionOf(routes, words), words.at(-1) ?? '', valuesOf)
}

async function words(line: string): Promise<readonly string[]> {
  const offered = await offer(line)
  return offered.kind === 'words' ? offered.words.map(({ word }) => word) : [offered.kind]
}

async function givenAt(line: string): Promise<Given> {
  let seen: Given = new Map()
  await offer(line, ({ given }) => {
    seen = given
    return Promise.resolve([])
  })
  return seen
}

function commandsOf(here: Readonly<Record<string, Route>>, above = ''): readonly string[] {
  return Object.entries(here).flatMap(([name, route]) =>
    'command' in route ? [`${above}${name}`] : commandsOf(route.verbs, `${above}${name} `),
  )
}

describe('the word at the cursor', () => {
  test('is a command, with what it does', async () => {
    expect(await offer('res')).toEqual({
      kind: 'words',
      words: [{ word: 'restore', brief: expect.any(String) as string }],
    })
    expect(await words('')).toEqual(Object.keys(routes))
    expect(await words('help hist')).toEqual(['history'])
    expect(await words('audit ex')).toEqual(['export'])
    expect(await words('-')).toEqual(['--help'])
  })

  test('is an option that is not given yet', async () => {
    expect(await words('save --exchange bybit --e')).toEqual(['--env', '--ephemeral'])
    expect(await words('save --exchange=bybit --ex')).toEqual([])
    expect(await words('list ')).toEqual(['--env', '--exchange', '--json', '--no-input', '--help'])
    expect(await words('run --credential bybit --cred')).toEqual(['--credential'])
  })

  test('is never an option that carries a value on the command line', async () => {
    expect((await words('save ')).join()).not.toMatch(/api-key|api-secret|--value,/)
    expect(await words('save --api-key ')).toEqual([])
    expect(await words('save --api-key=x')).toEqual([])
  })

  test('is the value of the option before it, or behind =', async () => {
    expect(await words('save --env ')).toEqual(['env'])
    expect(await words('save --env=e')).toEqual(['--env=env'])
    expect(await words('save --keyType ')).toEqual(['key-type'])
    expect(await words('save --env x')).toEqual([])
  })

  test('is a file where an option or an operand is one', async () => {
    const nothing: ValuesOf = () => Promise.resolve([])
    expect(await offer('save --value-file ', nothing)).toEqual({ kind: 'files' })
    expect(await offer('import ', nothing)).toEqual({ kind: 'files' })
    expect(await words('import keys.json --app')).toEqual(['--apply'])
    expect(await offer('list --env ', nothing)).toEqual({ kind: 'words', words: [] })
  })

  test('is no value where a value may be left out', async () => {
    expect(await words('run --watch --as')).toEqual(['--as'])
    expect(await words('run --watch=')).toEqual(['--watch=watch'])
    expect(await words('audit note -m ')).toEqual(['message'])
  })

  test('belongs to the program behind --', async () => {
    expect(await offer('run --exchange bybit -- python bo')).toEqual({ kind: 'program', words: 2 })
    expect(await words('save -- py')).toEqual([])
  })

  test('is nothing behind a command that there is not', async () => {
    for (const line of [
      'nonsense ',
      'nonsense --env ',
      'audit nonsense --',
      'toString ',
      'help x ',
    ]) {
      expect(await words(line)).toEqual([])
    }
  })

  test('is judged by the options before it alone', async () => {
    const given = await givenAt('fetch --env prod --json --exchange=bybit --suffix -new --account ')
    expect(Object.fromEntries(given)).toEqual({
      env: 'prod',
      json: '',
      exchange: 'bybit',
      suffix: '-new',
    })
  })
})

test('every command completes its options, by existing', async () => {
  for (const command of commandsOf(routes)) {
    expect(await words(`${command} --hel`), command).toEqual(['--help'])
  }
})

test('an option that takes one of a few words completes them', async () => {
  const save = routes['save']
  const layout =
    save && 'command' in save ? optionsOf(save).find(({ name }) => name === 'layout') : null
  expect(await layout?.choices()).toEqual(['pair', 'json'])
  expect(await words('run --on-rotate ')).toEqual(['restart', 'hup', 'exit'])
})
