import { parseArgs } from 'node:util'

import { parseKnobs } from '../knobs/knobs-request.ts'
import type { KnobSettings } from '../knobs/knobs.ts'

export interface ProgramOptions {
  readonly help: boolean
  readonly port: number
  readonly sites: readonly string[]
  readonly seed: number
  /** A path as it was written; null: keys are made up. */
  readonly keys: string | null
  readonly knobs: Partial<KnobSettings>
}

const DEFAULT_PORT = '4570'
const DEFAULT_SITES = 'mainnet,testnet'

/** @returns what is wrong with the arguments, where something is */
export function parseOptions(args: readonly string[]): ProgramOptions | string {
  const parsed = parse(args)
  if (typeof parsed === 'string') return parsed
  const port = Number(parsed.port)
  if (!/^\d{1,5}$/.test(parsed.port) || port > 65_535) return '--port takes a number up to 65535.'
  if (!/^\d{1,9}$/.test(parsed.seed)) return '--seed takes a number of up to nine digits.'
  const sites = parsed.sites.split(',')
  if (!sites.every((site) => /^[a-z][\w-]*$/.test(site)) || new Set(sites).size < sites.length) {
    return '--sites takes names of sites, as in --sites mainnet,testnet,eu.'
  }
  const knobs = parsed.knobs === undefined ? { knobs: {} } : parseKnobs(parsed.knobs)
  if (typeof knobs === 'string') return `--knobs: ${knobs}`
  return {
    help: parsed.help ?? false,
    port,
    sites,
    seed: Number(parsed.seed),
    keys: parsed.keys ?? null,
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
        sites: { type: 'string', default: DEFAULT_SITES },
        seed: { type: 'string', default: '1' },
        keys: { type: 'string' },
        knobs: { type: 'string' },
      },
    }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
