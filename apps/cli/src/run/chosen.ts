import type { CredentialRef, Settings } from '@mm-secrets/core'
import { resolveRef, SecretsError } from '@mm-secrets/core'

/** A credential that the program gets. */
export interface Chosen {
  /** `bybit@hedge`, or `bybit`: unique among those chosen, since all are of one environment. */
  readonly label: string
  readonly ref: CredentialRef
}

export interface ChoiceFlags {
  readonly env?: string | undefined
  readonly exchange?: string | undefined
  readonly account?: string | undefined
  readonly suffix?: string | undefined
  readonly credential?: readonly string[] | undefined
}

/**
 * The credentials that the options name, in the order given.
 *
 * @throws USAGE when there is none, one is named twice, or both ways to name one are mixed
 */
export function chooseCredentials(settings: Settings, flags: ChoiceFlags): readonly Chosen[] {
  const { account, credential = [], exchange } = flags
  if (credential.length > 0 && (exchange !== undefined || account !== undefined)) {
    throw new SecretsError('USAGE', 'Give --credential or --exchange, not both.', {
      hint: 'An account is written --credential bybit@hedge there.',
    })
  }
  const named =
    credential.length > 0
      ? credential.map(parseLabel)
      : [{ exchange, ...(account === undefined ? {} : { account }) }]
  const chosen = named.map((place) => choose(settings, flags, place))
  const twice = chosen.find(({ label }, index) => chosen.findIndex(labelled(label)) !== index)
  if (twice === undefined) return chosen
  throw new SecretsError('USAGE', `The credential ${twice.label} is named twice.`)
}

/** `bybit@hedge` in its parts, which core judges. */
export function parseLabel(text: string): {
  readonly exchange: string
  readonly account?: string
} {
  const at = text.indexOf('@')
  return at < 0 ? { exchange: text } : { exchange: text.slice(0, at), account: text.slice(at + 1) }
}

function choose(
  settings: Settings,
  { env, suffix }: ChoiceFlags,
  place: { readonly exchange?: string | undefined; readonly account?: string },
): Chosen {
  if (place.exchange === undefined) {
    throw new SecretsError('USAGE', 'No credential was named.', {
      hint: 'Name it with --exchange bybit, or several with --credential bybit@hedge --credential kucoin.',
    })
  }
  const ref = resolveRef(
    settings,
    {
      ...place,
      exchange: place.exchange,
      ...(env === undefined ? {} : { env }),
      ...(suffix === undefined ? {} : { suffix }),
    },
    'read',
  )
  return { label: ref.account === null ? ref.exchange : `${ref.exchange}@${ref.account}`, ref }
}

function labelled(label: string): (other: Chosen) => boolean {
  return (other) => other.label === label
}
