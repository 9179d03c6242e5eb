import { inspect } from 'node:util'
import { SecretsError } from '@mm-secrets/core'
import { expect } from 'vitest'
import type { Pair } from './desk.ts'

/** What a call fails with. */
export async function failure(call: () => unknown): Promise<SecretsError> {
  try {
    await call()
  } catch (error) {
    expect(error).toBeInstanceOf(SecretsError)
    return error as SecretsError
  }
  throw new Error('It did not fail.')
}

/** Every way in which a program prints something, nested and with what is hidden. */
function everyPrint(value: unknown): string {
  const deep = { depth: Infinity, showHidden: true, getters: true } as const
  const chain: unknown[] = [value]
  for (let at = value; at instanceof Error && at.cause !== undefined; at = at.cause) {
    chain.push(at.cause)
  }
  return chain
    .flatMap((each) => [
      inspect(each, deep),
      inspect(each, { ...deep, customInspect: false }),
      inspect({ nested: [each] }, deep),
      inspect(new Error('failed', { cause: each }), deep),
      JSON.stringify({ each }),
      JSON.stringify(Object.getOwnPropertyDescriptors(Object(each))),
      String(each),
      each instanceof Error ? `${each.message} ${each.stack ?? ''}` : '',
    ])
    .join('\n')
}

/** Nothing of a pair beyond what a mask shows is in any print of a value, plain, in base64 or in hex. */
export function expectNoValue(value: unknown, ...pairs: readonly Pair[]): void {
  const shown = everyPrint(value)
  for (const { apiKey, secret } of pairs) {
    for (const each of [apiKey, secret]) {
      for (const piece of [each.slice(0, 8), each.slice(-8), each.slice(5, 13)]) {
        expect(shown).not.toContain(piece)
      }
      const bytes = Buffer.from(each)
      expect(shown).not.toContain(bytes.toString('base64').slice(0, 12))
      expect(shown.toLowerCase()).not.toContain(bytes.toString('hex').slice(0, 16))
    }
  }
}
