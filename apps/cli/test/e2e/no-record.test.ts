import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Home } from './bundle.ts'
import { makeFolder, makeHome } from './bundle.ts'
import { bybitPair, valuesJson } from './keys.ts'

/** Where stderr goes, so that no record can be read there. */
const LOST: readonly string[] = [
  '2>&-',
  '2>/dev/null',
  '2> >(exec 0<&-)',
  ...(existsSync('/dev/full') ? ['2>/dev/full'] : []),
]

const PROD = '--env prod --exchange bybit'

let home: Home

beforeAll(async () => {
  home = makeHome()
  const args = ['save', ...PROD.split(' '), '--value-stdin']
  expect(await home.run(args, { stdin: valuesJson(bybitPair()) })).toMatchObject({ code: 0 })
})

describe('with records for stderr alone, no record is no secret of prod', () => {
  const env = { MM_AUDIT_SINKS: 'stderr' }

  const ask = (line: string) => home.shell(line, { env })

  test.each(LOST)('fetch %s prints nothing', async (lost) => {
    expect(await ask(`mm fetch ${PROD} ${lost}`)).toMatchObject({ code: 7, stdout: '' })
  })

  test.each(LOST)('run %s does not start the program', async (lost) => {
    const sign = join(makeFolder(), 'started')
    const outcome = await ask(`mm run ${PROD} -- sh -c 'echo started; : > ${sign}' ${lost}`)
    expect(outcome).toMatchObject({ code: 7, stdout: '' })
    expect(existsSync(sign)).toBe(false)
  })

  test('what stderr takes is read, one record a line', async () => {
    const outcome = await ask(`mm fetch ${PROD}`)
    expect(outcome).toMatchObject({ code: 0 })
    const records = outcome.stderr.split('\n').filter((line) => line.startsWith('{'))
    expect(records.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ action: 'read', env: 'prod', outcome: 'done' }),
    ])
  })
})
