import type { KeysFile } from './keys-file.ts'

/**
 * What is printed once the server listens: where it is, and the keys that were made up for this run. Keys from a file
 * are the caller's and are not shown.
 *
 * @param demo null: the keys are from a file
 */
export function greeting(urls: Readonly<Record<string, string>>, demo: KeysFile | null): string {
  const [site = ''] = Object.keys(urls)
  return [
    'Bybit, Binance and KuCoin for tests, told apart by their paths:',
    '',
    ...Object.entries(urls).map(([each, url]) => `  ${each.padEnd(10)} ${url}`),
    '',
    'Everything is in memory and gone when this ends. Ctrl-C ends it.',
    ...(demo === null ? [] : ['', `Keys of ${site}, made up for this run:`, ...described(demo)]),
    '',
    '',
  ].join('\n')
}

function described({ bybit, binance, kucoin }: KeysFile): readonly string[] {
  const lines = ([name, keys]: readonly [string, KeysFile[keyof KeysFile]]): readonly string[] =>
    keys.flatMap((key) => [
      '',
      `  ${name}, ${key.note ?? ''}, account ${key.uid}`,
      `    key        ${key.apiKey}`,
      `    secret     ${key.secret ?? ''}`,
      ...('passphrase' in key ? [`    passphrase ${key.passphrase}`] : []),
    ])
  const exchanges = [
    ['Bybit', bybit],
    ['Binance', binance],
    ['KuCoin', kucoin],
  ] as const
  return exchanges.flatMap(lines)
}
