import { basename } from 'node:path'
import { didYouMean, SecretsError } from '@mm-secrets/core'
import { printablePath } from '../output/printable-path.ts'
import { parseInterval } from './interval.ts'
import type { Format } from './mount-text.ts'
import { parseFormat } from './mount-text.ts'
import type { Job, OnRotate } from './supervise.ts'
import { ON_ROTATE } from './supervise.ts'

export interface OptionFlags {
  readonly as?: string | undefined
  readonly map?: readonly string[] | undefined
  readonly mount?: string | undefined
  readonly format?: string | undefined
  readonly watch?: string | undefined
  readonly onRotate?: string | undefined
  readonly grace?: string | undefined
}

/** What the options say, judged as far as that is possible without the store. */
export interface Options {
  readonly command: Job['command']
  /** For the audit log: the name of the program, without its folder. */
  readonly reason: string
  readonly mount: { readonly path: string; readonly format: Format } | null
  readonly watch: {
    readonly intervalMs: number
    readonly graceMs: number
    readonly onRotate: OnRotate
  } | null
}

const DEFAULT_INTERVAL = '60s'
const DEFAULT_GRACE = '10s'
/** A reason is a line of the audit log. */
const LONGEST_NAME = 64

/**
 * @param given the command line behind `--`
 * @throws USAGE naming the option
 */
export function parseOptions(given: readonly string[] | null, flags: OptionFlags): Options {
  const [program, ...args] = given ?? []
  if (program === undefined || program === '') {
    throw usage(
      'No program was named.',
      'It follows two hyphens: mm-secrets run --exchange bybit -- python bot.py',
    )
  }
  return {
    command: [program, ...args],
    reason: `run: ${printablePath(basename(program)).slice(0, LONGEST_NAME)}`,
    mount: parseMount(flags),
    watch: parseWatch(flags),
  }
}

function parseMount({ as, format, map = [], mount }: OptionFlags): Options['mount'] {
  if (mount === undefined) {
    if (format === undefined) return null
    throw usage('--format is that of a file.', 'Add --mount FILE.')
  }
  const parsed = parseFormat(format ?? 'dotenv')
  if (parsed !== 'dotenv' && (as !== undefined || map.length > 0)) {
    throw usage(`--format ${parsed} has its own names.`, 'Leave --as and --map out.')
  }
  return { path: mount, format: parsed }
}

function parseWatch({ grace, mount, onRotate, watch }: OptionFlags): Options['watch'] {
  if (watch === undefined) {
    if (onRotate === undefined && grace === undefined) return null
    throw usage('--on-rotate and --grace need --watch.', 'Add --watch, or --watch=30s.')
  }
  const action = ON_ROTATE.find((known) => known === (onRotate ?? 'restart'))
  if (action === undefined) {
    throw usage(
      `--on-rotate does not know this.${didYouMean(onRotate ?? '', ON_ROTATE)}`,
      `It is one of ${ON_ROTATE.join(', ')}.`,
    )
  }
  if (action === 'hup' && mount === undefined) {
    throw usage(
      '--on-rotate hup needs --mount.',
      'The environment of a running program cannot be changed; a file can be read again.',
    )
  }
  const intervalMs = parseInterval('--watch', watch === '' ? DEFAULT_INTERVAL : watch)
  if (intervalMs === 0) throw usage('--watch cannot look all the time.', 'Write --watch=30s.')
  return { intervalMs, graceMs: parseInterval('--grace', grace ?? DEFAULT_GRACE), onRotate: action }
}

export function usage(message: string, hint: string): SecretsError {
  return new SecretsError('USAGE', message, { hint })
}
