import { parameterError } from './bybit-error.ts'
import type { Answer, PublicCall } from './endpoint.ts'

/** https://bybit-exchange.github.io/docs/v5/market/time */
export function serverTime({ time }: PublicCall): Answer {
  const seconds = Math.floor(time / 1000)
  return { result: { timeSecond: String(seconds), timeNano: `${time}000000` } }
}

const CATEGORIES = ['spot', 'linear', 'inverse', 'option']

/** https://bybit-exchange.github.io/docs/v5/market/tickers: one market stands for all. */
export function tickers({ parameters }: PublicCall): Answer {
  const { category, symbol = 'BTCUSDT' } = parameters
  if (!CATEGORIES.includes(String(category))) throw parameterError('category')
  return {
    result: {
      category,
      list: [
        {
          symbol,
          bid1Price: '64999.5',
          bid1Size: '1.25',
          ask1Price: '65000.5',
          ask1Size: '0.75',
          lastPrice: '65000',
          prevPrice24h: '64000',
          price24hPcnt: '0.015625',
          highPrice24h: '65500',
          lowPrice24h: '63500',
          turnover24h: '650000000',
          volume24h: '10000',
        },
      ],
    },
  }
}

/** @throws ExchangeError 10001 */
export function categoryOf({ parameters }: PublicCall): string {
  const { category } = parameters
  if (typeof category !== 'string' || !CATEGORIES.includes(category)) {
    throw parameterError('category')
  }
  return category
}
