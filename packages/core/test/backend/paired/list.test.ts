import { describe, expect, test } from 'vitest'
import { pairedBackend } from '../../../src/backend/paired/paired-backend.ts'
import type { SecretStore } from '../../../src/backend/paired/secret-store.ts'
import { DEFAULT_NAMESPACE } from '../../../src/credential/name.ts'
import { SecretsError } from '../../../src/errors/secrets-error.ts'
import { refusal } from '../../contract/desk.ts'
import { BYBIT, COPY, HEDGE, KUCOIN } from '../../contract/refs.ts'
import type { PairedDesk } from './paired-desk.ts'
import { pairedDesk } from './paired-desk.ts'

const FILTER = { namespace: DEFAULT_NAMESPACE, envs: ['shadow', 'prod'] } as const

const denied = (): SecretsError => new SecretsError('DENIED', 'Missing or forbidden.')

/** The same store as a caller sees it who may not list, nor describe some names. */
function listDenied(
  { desk, store }: PairedDesk,
  mayDescribe: (name: string) => boolean,
): { readonly warnings: string[]; list: () => Promise<readonly string[]> } {
  const warnings: string[] = []
  const poor: SecretStore = {
    ...store,
    // eslint-disable-next-line require-yield -- the first page is refused
    async *list() {
      await Promise.resolve()
      throw denied()
    },
    describe: (name, call) =>
      mayDescribe(name) ? store.describe(name, call) : Promise.reject(denied()),
  }
  const backend = pairedBackend(poor, { clock: desk.clock, warn: (line) => warnings.push(line) })
  const list = async (): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const page of backend.list(FILTER, desk.call())) {
      for (const { ref } of page) found.push(`${ref.env}/${ref.exchange}`)
    }
    return found
  }
  return { warnings, list }
}

describe('where listing is denied', () => {
  test('the conventional names are described, and what may be missing is said once', async () => {
    const paired = pairedDesk()
    for (const ref of [BYBIT, COPY, HEDGE, KUCOIN]) await paired.desk.save(ref)
    const { list, warnings } = listDenied(paired, () => true)
    expect(await list()).toEqual(['shadow/bybit', 'shadow/kucoin'])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('accounts')
  })

  test('what may not be described either is left out, unless that is everything', async () => {
    const paired = pairedDesk()
    for (const ref of [BYBIT, KUCOIN]) await paired.desk.save(ref)
    const some = listDenied(paired, (name) => !name.includes('kucoin'))
    expect(await some.list()).toEqual(['shadow/bybit'])
    const none = listDenied(paired, () => false)
    expect((await refusal(none.list)).code).toBe('DENIED')
  })
})
