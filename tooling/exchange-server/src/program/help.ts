export const HELP: string = `exchange-server: Bybit, Binance and KuCoin on this machine, for tests and for trying things without an account.

It has their endpoints of keys, accounts and the time, and answers as they do: signatures are checked byte for byte,
windows, bindings, permissions and limits are kept, errors have the documented codes. Nothing is traded. It listens on
127.0.0.1 alone. Everything is in memory: when it ends, every key is gone.

Usage
  pnpm exchange-server [options]

Options
  --port N         where the first site listens, the others on the ports that follow; 0 takes any free ones (default 4570)
  --sites A,B,..   sites, each with keys of its own: a key of one is unknown at another (default mainnet,testnet)
  --keys FILE      JSON: {"bybit": [..], "binance": [..], "kucoin": [..]}; without it keys are made up and printed
  --knobs JSON     how the knobs stand at the start, as in '{"errorRate": 0.3, "propagationMs": 2000}'
  --seed N         of faults, so that a run repeats (default 1)
  -h, --help       this text

While it runs
  curl http://127.0.0.1:4570/v5/market/time                            Bybit's time, as from its own host
  curl http://127.0.0.1:4570/_knobs                                    the knobs, orders, and requests by operation
  curl -d '{"clockOffsetMs": 3000}' http://127.0.0.1:4570/_knobs        turns one
  curl -X POST http://127.0.0.1:4570/_reset                            as at the start
  Ctrl-C                                                               ends it
`
