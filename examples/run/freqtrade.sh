#!/bin/sh
# freqtrade with its key from the vault: the configuration beside this file has neither `key` nor `secret`.
# freqtrade reads them from FREQTRADE__EXCHANGE__KEY and FREQTRADE__EXCHANGE__SECRET, which override a configuration:
# https://www.freqtrade.io/en/stable/configuration/#environment-variables
# After a rotation it is started anew.
exec mm-secrets run --env "${MM_ENV:-dev}" --exchange bybit --as freqtrade --watch -- \
  freqtrade trade -c "$(dirname "$0")/freqtrade.json" "$@"
