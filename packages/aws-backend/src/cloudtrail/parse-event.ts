import type { Event } from '@aws-sdk/client-cloudtrail'
import type { AccessEvent, SecretName } from '@mm-secrets/core'

const SOURCE = 'secretsmanager.amazonaws.com'

/** Of a record that anybody may have had a part in, no more than this is taken of each text. */
const LONGEST_TEXT = 512

type Fields = Readonly<Record<string, unknown>>

/**
 * An event of CloudTrail as ours.
 *
 * Who asked is in a JSON text inside it, whose form differs by kind of caller and has changed over the years: what is
 * not there or not as it should be is null, and never an error.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 *
 * @param secret the name under which it was looked up
 * @returns null for an event of another service, or one that cannot be told from others
 */
export function parseEvent(event: Event, secret: SecretName): AccessEvent | null {
  const { EventId: id, EventName: action } = event
  const at = event.EventTime?.getTime()
  if (event.EventSource !== SOURCE || !isText(id) || !isText(action)) return null
  if (at === undefined || Number.isNaN(at)) return null
  const details = parseFields(event.CloudTrailEvent)
  return {
    id: id.slice(0, LONGEST_TEXT),
    at,
    action: action.slice(0, LONGEST_TEXT),
    secret,
    ...caller(fields(details, 'userIdentity'), event.Username),
    sourceIp: text(details, 'sourceIPAddress'),
    errorCode: text(details, 'errorCode'),
  }
}

/** The SDK hands on whatever JSON came, of any type. */
function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function caller(
  identity: Fields,
  username: unknown,
): Pick<AccessEvent, 'principal' | 'user' | 'federatedBy'> {
  const session = fields(identity, 'sessionContext')
  const issuer = fields(session, 'sessionIssuer')
  const own = text(identity, 'arn')
  return {
    // Sessions come and go; the role behind them is who was let in.
    principal: text(issuer, 'arn') ?? own ?? text(identity, 'invokedBy'),
    user:
      (isText(username) ? username.slice(0, LONGEST_TEXT) : null) ??
      text(identity, 'userName') ??
      own,
    federatedBy: text(fields(session, 'webIdFederationData'), 'federatedProvider'),
  }
}

/** @returns nothing for what is not the JSON of an object */
function parseFields(json: unknown): Fields {
  try {
    return isText(json) ? asFields(JSON.parse(json)) : {}
  } catch {
    return {}
  }
}

function fields(of: Fields, name: string): Fields {
  return asFields(member(of, name))
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** Records call the same thing `arn` here and `aRN` there. */
function text(of: Fields, name: string): string | null {
  const value = member(of, name)
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_TEXT) : null
}

function member(of: Fields, name: string): unknown {
  if (Object.hasOwn(of, name)) return of[name]
  const other = Object.keys(of).find((key) => key.toLowerCase() === name.toLowerCase())
  return other === undefined ? undefined : of[other]
}
