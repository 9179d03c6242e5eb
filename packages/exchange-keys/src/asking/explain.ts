import type { UnknownReason } from './reason.ts'

export interface Words {
  readonly message: string
  readonly fix: string
}

/** What an explanation is about. */
export interface Subject {
  /** 'Bybit' */
  readonly exchange: string
  readonly site: string
  readonly recordedSite: string | null
  /** See KeyAnswer. */
  readonly clockOffsetMs: number | null
  /** An error code of the system or an HTTP status. */
  readonly detail: string
}

export function explainDead(reason: 'expired' | 'gone', { exchange, site }: Subject): Words {
  const place = `${exchange} (${site})`
  return reason === 'expired'
    ? { message: `The key has expired at ${place}.`, fix: 'Rotate to a new key.' }
    : {
        message: `The key is no longer known at ${place}, where it is on record: it was deleted or has ended.`,
        fix: 'Rotate to a new key, unless this is the old one.',
      }
}

/** Why nothing sure was learnt, and what to do. None of these says that a key is dead. */
export function explainUnknown(reason: UnknownReason, subject: Subject): Words {
  return WORDS[reason](subject)
}

const WORDS: Readonly<Record<UnknownReason, (subject: Subject) => Words>> = {
  'key-unknown': ({ exchange, site }) => ({
    message: `${exchange} (${site}) does not know the key: it was deleted, or it belongs to another site.`,
    fix: 'Name the site that the key was made at; once a site is on record, the two can be told apart.',
  }),
  'wrong-site': ({ exchange, site, recordedSite }) => ({
    message: `${exchange} (${site}) does not know the key, which is on record at ${recordedSite ?? 'another site'}.`,
    fix: `Ask at ${recordedSite ?? 'the site that it was made at'}.`,
  }),
  'not-known-yet': ({ exchange, site }) => ({
    message: `${exchange} (${site}) does not know the key, which is new: it may take a few minutes.`,
    fix: 'Try again in a minute.',
  }),
  malformed: ({ exchange }) => ({
    message: `${exchange} says that this is no API key by its form.`,
    fix: 'Copy the API key from the exchange again.',
  }),
  signature: ({ exchange }) => ({
    message: `${exchange} does not accept the signature: the secret is not the one of this key.`,
    fix: 'Save key and secret again, both from one page of the exchange.',
  }),
  passphrase: ({ exchange }) => ({
    message: `${exchange} does not accept the passphrase, or the key is of version 1, which is no longer issued.`,
    fix: 'Save the passphrase that was chosen when the key was made; replace a key of version 1.',
  }),
  'ip-not-bound': ({ exchange }) => ({
    message: `${exchange} knows the key, but it is not bound to the address of this machine.`,
    fix: 'Run this where the bot runs, or add the address of this machine to the key.',
  }),
  permission: ({ exchange }) => ({
    message: `${exchange} knows the key, but it may not read what it may do.`,
    fix: 'Give the key permission to read.',
  }),
  'key-ip-or-permission': ({ exchange, site }) => ({
    message: `${exchange} (${site}) refuses the key and does not say why: it was deleted, is of another site, is not bound to the address of this machine, or may not read.`,
    fix: `Look for the key on ${exchange}'s page of API keys; run this where the bot runs.`,
  }),
  clock: ({ exchange, clockOffsetMs }) => ({
    message: `${exchange} refuses the time of the request. ${clockWords(clockOffsetMs)}`,
    fix: 'Set the clock of this machine by NTP; a wider window does not help one that is ahead.',
  }),
  region: ({ exchange }) => ({
    message: `${exchange} does not serve the place that this machine is in, or not at this site.`,
    fix: 'Run this where the bot runs; an account of a region has a site of its own.',
  }),
  'ip-banned': ({ exchange }) => ({
    message: `${exchange} has banned the address of this machine.`,
    fix: 'Wait, and look for what asks too often from this address.',
  }),
  'account-frozen': ({ exchange }) => ({
    message: `${exchange} does not let this account do anything.`,
    fix: 'Log in there, or ask its support.',
  }),
  'rate-limit': ({ exchange }) => ({
    message: `${exchange} is asked too often from this address or account.`,
    fix: 'Try again in a minute.',
  }),
  'server-error': ({ exchange }) => ({
    message: `${exchange} has an error of its own.`,
    fix: 'Try again later.',
  }),
  unsupported: ({ exchange, site }) => ({
    message: `${exchange} (${site}) cannot be asked about keys.`,
    fix: 'Look at the key on the page of the exchange.',
  }),
  timeout: ({ exchange }) => ({
    message: `${exchange} did not answer in time.`,
    fix: 'Try again.',
  }),
  unreachable: ({ exchange, detail }) => ({
    message: `${exchange} cannot be reached${inParentheses(detail)}.`,
    fix: 'Check the network and the proxy of this machine.',
  }),
  redirected: ({ exchange }) => ({
    message: `${exchange} answered with a redirect, which a signed request does not follow.`,
    fix: 'Check the proxy of this machine, and the site.',
  }),
  blocked: ({ exchange, detail }) => ({
    message: `${exchange} turns this machine away before it looks at the key${inParentheses(detail)}: its place is not served, or it asks too often.`,
    fix: 'Run this where the bot runs, or try again in some minutes.',
  }),
  unreadable: ({ exchange, detail }) => ({
    message: `${exchange} answered with something other than what it documents${inParentheses(detail)}.`,
    fix: 'Check that nothing stands between this machine and the exchange.',
  }),
  other: ({ exchange, detail }) => ({
    message: `${exchange} refuses the request${inParentheses(detail)}.`,
    fix: "Look the code up in the exchange's documentation.",
  }),
}

function inParentheses(detail: string): string {
  return detail === '' ? '' : ` (${detail})`
}

/** 'This machine is 7.2 s ahead.' */
export function clockWords(offsetMs: number | null): string {
  if (offsetMs === null) return 'How far the clock of this machine is off could not be measured.'
  const seconds = (Math.abs(offsetMs) / 1000).toFixed(1)
  return `The clock of this machine is ${seconds} s ${offsetMs < 0 ? 'ahead' : 'behind'}.`
}
