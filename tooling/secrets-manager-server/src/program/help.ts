export const HELP: string = `secrets-manager-server: AWS Secrets Manager on this machine, for tests and for trying things without an account.

It answers as the service does (signatures are checked, labels are compared and swapped, names and sizes are
refused), along with STS GetCallerIdentity and CloudTrail LookupEvents over what it has seen. It listens on
127.0.0.1 alone. Everything is in memory: when it ends, every secret is gone.

Usage
  npm run -s secrets-manager-server -- [options]

Options
  --port N             where to listen; 0 takes any free port (default 4566)
  --access-key ID:SECRET
                       a key that may do everything; may be repeated (default test:test, account 123456789012)
  --policies FILE      JSON: access keys and the IAM policies that each is held to
  --knobs JSON         how the knobs stand at the start, as in '{"throttleRate": 0.3, "readLag": {"ms": 500}}'
  --seed N             of faults and lags, so that a run repeats (default 1)
  -h, --help           this text

While it runs
  curl http://127.0.0.1:4566/_knobs                                    the knobs, and requests by operation
  curl -d '{"throttleRate": 0.3}' http://127.0.0.1:4566/_knobs          turns one
  curl -X POST http://127.0.0.1:4566/moto-api/reset                    forgets everything
  Ctrl-C                                                               ends it
`
