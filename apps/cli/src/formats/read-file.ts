import { didYouMean, SecretsError } from '@mm-secrets/core'
import { readCcxt } from './ccxt.ts'
import { readDotenv } from './dotenv.ts'
import type { Reading } from './found.ts'
import { readFreqtrade } from './freqtrade.ts'
import { readMmPython } from './mm-python.ts'
import { unreadable } from './refusals.ts'

export const SOURCES = ['dotenv', 'freqtrade', 'ccxt', 'mm-python'] as const
export type Source = (typeof SOURCES)[number]

const READERS: Readonly<Record<Source, (text: string) => Reading>> = {
  dotenv: readDotenv,
  freqtrade: readFreqtrade,
  ccxt: readCcxt,
  'mm-python': readMmPython,
}

/** @throws USAGE with a suggestion */
export function parseSource(text: string): Source {
  const source = SOURCES.find((known) => known === text)
  if (source !== undefined) return source
  throw new SecretsError(
    'USAGE',
    `--from does not know this kind of file.${didYouMean(text, SOURCES)}`,
    {
      hint: `It is one of ${SOURCES.join(', ')}.`,
    },
  )
}

/**
 * The credentials that a file of another tool holds.
 *
 * @param text without a byte order mark
 * @throws INVALID_VALUE naming the line, never what stands there
 */
export function readSource(source: Source, text: string): Reading {
  if (text.trim() === '') throw unreadable('is empty')
  if (text.includes('\0')) throw unreadable('is not text: it has NUL characters')
  return READERS[source](text)
}
