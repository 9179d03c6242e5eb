import type { Environment, Instant, Metadata } from '@mm-secrets/core'
import { printable } from '@mm-secrets/core'
import { EXCHANGE_NAMES } from '../facts/exchange-names.ts'
import type { KeyFacts } from '../facts/key-facts.ts'
import { DAY_MS, dayOf, daysBetween } from './day.ts'
import type { Finding, RuleVerdict } from './rule-verdict.ts'
import { fail, pass, unknown } from './rule-verdict.ts'

/** What a rule may look at. */
interface Evidence {
  readonly facts: KeyFacts
  readonly recorded: Pick<Metadata, 'site' | 'createdAt'>
  readonly now: Instant
  /** How old a key may grow. */
  readonly periodDays: number
}

interface Rule {
  readonly name: string
  /** null: the rule does not apply there. */
  readonly levels: Readonly<Record<Environment, RuleVerdict['level'] | null>>
  judge(evidence: Evidence): Finding
}

const EVERYWHERE = level('required', 'required', 'required', 'required')
const ADVICE = level('recommended', 'recommended', 'recommended', 'recommended')

/** Shorter than this, nobody may be there to rotate. */
const SHORTEST_LEFT_DAYS = 14

/** A key is due from this share of its rotation period on. */
const DUE_SHARE = 0.8

/** The policy, in the order in which it is shown. */
export const RULES: readonly Rule[] = [
  { name: 'no-withdrawal', levels: EVERYWHERE, judge: noWithdrawal },
  { name: 'no-transfer', levels: EVERYWHERE, judge: noTransfer },
  // Elsewhere than in prod, what runs may have no address of its own: a laptop, a CI runner.
  {
    name: 'ip-bound',
    levels: level('recommended', 'recommended', 'recommended', 'required'),
    judge: ipBound,
  },
  {
    name: 'expiry',
    levels: level('recommended', 'required', 'required', 'required'),
    judge: expiry,
  },
  { name: 'outlives-rotation', levels: ADVICE, judge: outlivesRotation },
  // Orders are allowed in a dry run, since none is sent; soak and prod trade.
  { name: 'read-only', levels: level('recommended', 'recommended', null, null), judge: readOnly },
  { name: 'site', levels: EVERYWHERE, judge: site },
  { name: 'sub-account', levels: ADVICE, judge: subAccount },
]

function level(
  dev: RuleVerdict['level'] | null,
  shadow: RuleVerdict['level'] | null,
  soak: RuleVerdict['level'] | null,
  prod: RuleVerdict['level'] | null,
): Rule['levels'] {
  return { dev, shadow, soak, prod }
}

function noWithdrawal({ facts }: Evidence): Finding {
  return facts.withdraw
    ? fail(
        'The key may withdraw.',
        `Take the permission to withdraw from the key at ${nameOf(facts)}; whoever holds it can empty the account.`,
      )
    : pass('The key may not withdraw.')
}

function noTransfer({ facts }: Evidence): Finding {
  return facts.transfer
    ? fail(
        'The key may transfer between accounts.',
        `Take the permission to transfer from the key at ${nameOf(facts)}; a bot that trades needs none.`,
      )
    : pass('The key may not transfer.')
}

function ipBound({ facts }: Evidence): Finding {
  if (!facts.ipBound) {
    return fail(
      'The key works from any address.',
      `Bind it to the addresses of the bot at ${nameOf(facts)}.`,
    )
  }
  const shown = facts.ips.length === 0 ? '' : `: ${facts.ips.join(', ')}`
  return pass(`The key is bound to addresses${shown}.`)
}

function expiry({ facts, now }: Evidence): Finding {
  const { expiresAt } = facts
  if (expiresAt === 'never') return pass('The key has no end of its own.')
  if (expiresAt === null) return endUntold(facts)
  const left = daysBetween(now, expiresAt)
  if (expiresAt <= now) return fail(`The key ended on ${dayOf(expiresAt)}.`, 'Rotate to a new key.')
  const words = `The key ends on ${dayOf(expiresAt)}, in ${left} ${left === 1 ? 'day' : 'days'}`
  return expiresAt - now >= SHORTEST_LEFT_DAYS * DAY_MS
    ? pass(`${words}.`)
    : fail(`${words}: less than ${SHORTEST_LEFT_DAYS}.`, 'Rotate now.')
}

function outlivesRotation({ facts, recorded, periodDays }: Evidence): Finding {
  const { expiresAt } = facts
  if (expiresAt === 'never') return pass('The key outlives its rotation.')
  if (expiresAt === null) return endUntold(facts)
  const createdAt = recorded.createdAt ?? facts.createdAt
  if (createdAt === null) {
    return unknown(
      'When the key was made is not known, so neither is when its rotation is due.',
      'Rotate it; the date is recorded with the new key.',
    )
  }
  const dueAt = createdAt + periodDays * DUE_SHARE * DAY_MS
  return expiresAt >= dueAt
    ? pass(`The key outlives the day on which its rotation is due, ${dayOf(dueAt)}.`)
    : fail(
        `The key ends on ${dayOf(expiresAt)}, before its rotation is due on ${dayOf(dueAt)}.`,
        'Rotate before it ends, or bind it to addresses, which at some exchanges takes the end away.',
      )
}

function endUntold(facts: KeyFacts): Finding {
  return unknown(
    `${nameOf(facts)} does not tell when the key ends.`,
    `Look on ${nameOf(facts)}'s page of API keys; until then the rotation policy alone counts.`,
  )
}

function readOnly({ facts }: Evidence): Finding {
  return facts.readOnly
    ? pass('The key can only read.')
    : fail(
        'The key may change things, and a dry run only reads.',
        'A key that only reads is enough here; orders are allowed, since none is sent.',
      )
}

function site({ facts, recorded }: Evidence): Finding {
  if (recorded.site === null) {
    return unknown(`No site is on record; the key is alive at ${facts.site}.`, 'Record it.')
  }
  return recorded.site === facts.site
    ? pass(`The key belongs to ${facts.site}, as is on record.`)
    : fail(
        `The key belongs to ${facts.site}; ${printable(recorded.site)} is on record.`,
        `Make sure that the bot talks to ${facts.site}, then record that.`,
      )
}

function subAccount({ facts }: Evidence): Finding {
  switch (facts.kind) {
    case 'sub':
      return pass('The key is that of a sub-account.')
    case 'master':
      return fail(
        'The key is that of the master account.',
        'Trade from a sub-account: it limits what can be lost, and its keys can be rotated by API.',
      )
    case null:
      return unknown(
        `${nameOf(facts)} does not tell whether the key is that of a sub-account.`,
        null,
      )
  }
}

function nameOf({ exchange }: KeyFacts): string {
  return EXCHANGE_NAMES[exchange]
}
