import { prepareBinanceSigner } from '@mm-secrets/binance-signer'
import { prepareBybitSigner } from '@mm-secrets/bybit-signer'
import type { Credential } from '@mm-secrets/core'
import { formatRef, SecretsError } from '@mm-secrets/core'
import { prepareKucoinSigner } from '@mm-secrets/kucoin-signer'

/** What the signers of all exchanges have in common, as far as a GET needs it. */
export type GetSigner = (
  request: { readonly path: string; readonly query?: string },
  timestampMs: number,
) => { readonly url: string; readonly headers: Readonly<Record<string, string>> }

/**
 * A signer of GET requests for whichever exchange the credential is of.
 *
 * @throws INCOMPLETE for a missing passphrase; INVALID_VALUE and TORN_PAIR, which the signers throw
 */
export function prepareSigner(credential: Pick<Credential, 'ref' | 'members'>): GetSigner {
  const { ref, members } = credential
  const { api_key: key, api_secret: secret, api_passphrase: passphrase } = members
  switch (ref.exchange) {
    case 'bybit':
      return gets(prepareBybitSigner({ key, secret }))
    case 'binance':
      return gets(prepareBinanceSigner({ key, secret }))
    case 'kucoin':
      if (passphrase === undefined) {
        throw new SecretsError('INCOMPLETE', `${formatRef(ref)} has no api_passphrase.`, {
          hint: 'Save the passphrase that was chosen when the key was made.',
        })
      }
      return gets(prepareKucoinSigner({ key, secret, passphrase }))
  }
}

type Sign = (
  request: { readonly method: 'GET'; readonly path: string; readonly query?: string },
  time: { readonly timestampMs: number },
) => { readonly url: string; readonly headers: Readonly<Record<string, string>> }

function gets(sign: Sign): GetSigner {
  return (request, timestampMs) => sign({ method: 'GET', ...request }, { timestampMs })
}
