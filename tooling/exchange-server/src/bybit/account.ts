import { parameterError } from './bybit-error.ts'
import type { Answer, SignedCall } from './endpoint.ts'
import { categoryOf } from './market.ts'

/** https://bybit-exchange.github.io/docs/v5/account/wallet-balance */
export function walletBalance({ parameters }: SignedCall): Answer {
  const { accountType } = parameters
  if (accountType !== 'UNIFIED' && accountType !== 'CONTRACT' && accountType !== 'SPOT') {
    throw parameterError('accountType')
  }
  return {
    result: {
      list: [
        {
          accountType,
          totalEquity: '1000',
          totalWalletBalance: '1000',
          totalMarginBalance: '1000',
          totalAvailableBalance: '1000',
          totalPerpUPL: '0',
          totalInitialMargin: '0',
          totalMaintenanceMargin: '0',
          accountIMRate: '0',
          accountMMRate: '0',
          accountLTV: '0',
          coin: [
            {
              coin: 'USDT',
              equity: '1000',
              usdValue: '1000',
              walletBalance: '1000',
              locked: '0',
              borrowAmount: '0',
              accruedInterest: '0',
              totalOrderIM: '0',
              totalPositionIM: '0',
              totalPositionMM: '0',
              unrealisedPnl: '0',
              cumRealisedPnl: '0',
              bonus: '0',
              collateralSwitch: true,
              marginCollateral: true,
            },
          ],
        },
      ],
    },
  }
}

/** https://bybit-exchange.github.io/docs/v5/order/open-order */
export function openOrders(call: SignedCall): Answer {
  return { result: { category: categoryOf(call), list: [], nextPageCursor: '' } }
}

/** https://bybit-exchange.github.io/docs/v5/position */
export function positions(call: SignedCall): Answer {
  const category = categoryOf(call)
  const { symbol, settleCoin } = call.parameters
  if (category === 'linear' && symbol === undefined && settleCoin === undefined) {
    throw parameterError('symbol or settleCoin')
  }
  return { result: { category, list: [], nextPageCursor: '' } }
}
