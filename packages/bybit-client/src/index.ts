export type { BybitAnswer } from './answer.ts'
export type { BybitRead, BybitSignatureInput } from './bybit-rest-client.ts'
export { BybitRestClient } from './bybit-rest-client.ts'
export type { ClockOffset } from './clock-offset.ts'
export type { BybitSecretProvider } from './credentials.ts'
export type { DryRunRequest } from './dry-run.ts'
export type { Fetch } from './http-get.ts'
export type { BybitRestClientOptions } from './options.ts'
export type {
  BybitCancelAll,
  BybitCancellation,
  BybitCategory,
  BybitMarketQuery,
  BybitOrder,
  BybitWalletQuery,
} from './parameters.ts'
export type { BybitRateLimit } from './rate-limits.ts'
export type { BybitSite } from './sites.ts'
export { BYBIT_SITES } from './sites.ts'
