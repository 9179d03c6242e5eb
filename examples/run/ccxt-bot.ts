// A bot on ccxt, which is started by
//   mm-secrets run --env dev --exchange bybit --as ccxt -- node ccxt-bot.ts
//
// ccxt itself reads no variables: a program takes them and hands them over. What stands in for ccxt here shows, masked,
// what it was given; with ccxt installed it is `new ccxt.bybit(options)`.
const options = {
  apiKey: process.env['BYBIT_APIKEY'],
  secret: process.env['BYBIT_SECRET'],
  enableRateLimit: true,
}

if (options.apiKey === undefined || options.secret === undefined) {
  console.error('no credential: start this with mm-secrets run … --as ccxt')
  process.exitCode = 1
} else {
  console.log('apiKey:', masked(options.apiKey))
  console.log('secret:', masked(options.secret))
}

function masked(value: string): string {
  return value.length < 12 ? '***' : `${value.slice(0, 3)}...***`
}
