import { parseArgs } from 'node:util'

import { parseKnobs } from '../knobs/knobs-request.ts'
import type { KnobSettings } from '../knobs/knobs.ts'
import type { AccessKey } from '../sigv4/access-key.ts'

export interface ProgramOptions {
  readonly help: boolean
  readonly port: number
  readonly seed: number
  /** Null: none was given. */
  readonly accessKeys: readonly AccessKey[] | null
  /** A path as it was written; null: there are no policies. */
  readonly policies: string | null
  readonly knobs: Partial<KnobSettings>
}

const DEFAULT_PORT = '4566'

/** @returns what is wrong with the arguments, where something is */
export function parseOptions(args: readonly string[]): ProgramOptions | string {
  const parsed = parse(args)
  if (typeof parsed === 'string') return parsed
  const port = Number(parsed.port)
  if (!/^\d{1,5}$/.test(parsed.port) || port > 65_535) return '--port takes a number up to 65535.'
  if (!/^\d{1,9}$/.test(parsed.seed)) return '--seed takes a number of up to nine digits.'
  const accessKeys = parsed['access-key']?.map(parseAccessKey) ?? null
  if (accessKeys?.includes(null) === true) {
    return '--access-key takes ID:SECRET, as in --access-key bot:secret.'
  }
  const knobs = parsed.knobs === undefined ? { knobs: {} } : parseKnobs(parsed.knobs)
  if (typeof knobs === 'string') return `--knobs: ${knobs}`
  return {
    help: parsed.help ?? false,
    port,
    seed: Number(parsed.seed),
    accessKeys: accessKeys?.filter((key) => key !== null) ?? null,
    policies: parsed.policies ?? null,
    knobs: knobs.knobs,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string', default: DEFAULT_PORT },
        seed: { type: 'string', default: '1' },
        'access-key': { type: 'string', multiple: true },
        policies: { type: 'string' },
        knobs: { type: 'string' },
      },
    }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function parseAccessKey(text: string): AccessKey | null {
  const [, accessKeyId, secretAccessKey] = /^(\w{3,128}):(.+)$/.exec(text) ?? []
  if (accessKeyId === undefined || secretAccessKey === undefined) return null
  return { accessKeyId, secretAccessKey }
}
