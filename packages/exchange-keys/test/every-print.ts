import { inspect } from 'node:util'

/** Every way in which a program prints an object or an error, nested too. */
export function everyPrint(value: unknown): string {
  const deep = { depth: null, showHidden: true, getters: true } as const
  return [
    inspect(value, deep),
    inspect(new Error('failed', { cause: value }), deep),
    JSON.stringify({ value }),
    String(value),
    value instanceof Error ? `${value.message} ${value.stack ?? ''} ${inspect(value.cause)}` : '',
  ].join('\n')
}
