import { describe, expect, test } from 'vitest'
import type { AwsDesk } from './aws-desk.ts'
import { openAwsDesk } from './aws-desk.ts'
import type { Home } from './bundle.ts'
import { documentOf, errorOf } from './document.ts'
import type { Pair } from './keys.ts'
import { bybitPair, valuesJson } from './keys.ts'
import { endLater, until } from './run-processes.ts'

const DEV = ['--env', 'dev', '--exchange', 'bybit'] as const
const KEY = 'mm-bot/dev/bybit/api_key'
const SECRET = 'mm-bot/dev/bybit/api_secret'

async function saved(home: Home, named: readonly string[] = DEV): Promise<Pair> {
  const pair = bybitPair()
  const saving = await home.run(['save', ...named, '--value-stdin'], { stdin: valuesJson(pair) })
  documentOf(saving)
  return pair
}

const live = async (home: Home) => {
  const shown = documentOf<Record<string, string>>(await home.run(['fetch', ...DEV, '--reveal']))
  return { key: shown['api_key'], secret: shown['api_secret'] }
}

const conditionOf = async (home: Home) => {
  const { credentials } = documentOf<{ readonly credentials: readonly Record<string, unknown>[] }>(
    await home.run(['status', '--env', 'dev']),
  )
  return [credentials[0]?.['condition'], credentials[0]?.['fix']]
}

/** The labels that a rotation moves, in this order: its mark, the anchor's AWSCURRENT, the mate's. */
type Move = 'mark' | 'anchor' | 'mate'
const MOVES: readonly Move[] = ['mark', 'anchor', 'mate']

/** Rotates, and kills the process as it is about to move this label. */
async function killedBefore(desk: AwsDesk, home: Home, move: Move): Promise<Pair> {
  const pair = bybitPair()
  const after = MOVES.indexOf(move)
  const operation = 'UpdateSecretVersionStage'
  desk.server.knobs.set({ next: [{ fault: 'hang', operation, after, times: 100 }] })
  const { child, ended } = endLater(home.start(['rotate', ...DEV, '--value-stdin']))
  child.stdin?.end(valuesJson(pair))
  await until(`the move of the ${move}`, () => isAt(desk, move, pair))
  child.kill('SIGKILL')
  await ended
  desk.server.knobs.set({ next: [] })
  return pair
}

function isAt(desk: AwsDesk, move: Move, { key, secret }: Pair): boolean {
  const [anchor, mate] = [desk.secrets().get(KEY), desk.secrets().get(SECRET)]
  if (anchor === undefined || mate === undefined) return false
  if (move === 'mate') return anchor.current === key
  const decided = [...anchor.labels].some(
    ([label, id]) => label.startsWith('mmp.') && label.endsWith(`.${id}`),
  )
  const written = anchor.values.includes(key) && mate.values.includes(secret)
  return move === 'mark' ? written : decided
}

describe('a rotation that is killed', () => {
  test('before it is decided leaves the old pair, and can be given up', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const old = await saved(home)
    await killedBefore(desk, home, 'mark')
    expect(await live(home)).toEqual(old)
    expect(await conditionOf(home)).toEqual([
      'pending',
      'mm-secrets rotate --env dev --exchange bybit --resume',
    ])
    documentOf(await home.run(['rotate', ...DEV, '--discard']))
    expect(await conditionOf(home)).toEqual(['fine', null])
    expect(await live(home)).toEqual(old)
  })

  test('once it is decided goes forward only, on whichever machine', async () => {
    const desk = await openAwsDesk()
    const [home, other] = [desk.home(), desk.home()]
    const old = await saved(home)
    const next = await killedBefore(desk, home, 'anchor')
    expect(await live(other)).toEqual(old)
    expect((await conditionOf(other))[0]).toBe('pending')
    const refused = errorOf(await other.run(['rotate', ...DEV, '--discard', '--json']), 8)
    expect(refused.hint).toContain('--resume')
    documentOf(await other.run(['rotate', ...DEV, '--resume']))
    expect(await live(home)).toEqual(next)
    expect(await conditionOf(home)).toEqual(['fine', null])
  })

  test('once it is live is read whole, and resume moves what other tools read', async () => {
    const desk = await openAwsDesk()
    const home = desk.home()
    const old = await saved(home)
    const next = await killedBefore(desk, home, 'mate')
    expect(await live(home)).toEqual(next)
    expect(desk.secrets().get(SECRET)?.current).toBe(old.secret)
    expect(await conditionOf(home)).toEqual([
      'out-of-step',
      'mm-secrets rotate --env dev --exchange bybit --resume',
    ])
    documentOf(await home.run(['rotate', ...DEV, '--resume']))
    expect(desk.secrets().get(SECRET)?.current).toBe(next.secret)
    expect(await conditionOf(home)).toEqual(['fine', null])
  })
})
