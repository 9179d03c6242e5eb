import type { Credential } from '@mm-secrets/core'
import {
  checkMembers,
  errorCode,
  formatRef,
  memberEntries,
  missingMembers,
  shapeWarnings,
} from '@mm-secrets/core'
import type { Finding, RuleVerdict } from '../policy/rule-verdict.ts'
import { fail, pass, unknown } from '../policy/rule-verdict.ts'
import { prepareSigner } from '../signing/prepare-signer.ts'
import { keyKind } from './key-kind.ts'
import { signatureHolds } from './self-test.ts'

/**
 * What can be told of a credential without asking anyone: whether its members belong together, look like what the
 * exchange issues, and sign. A credential that passes may still be dead.
 *
 * @returns one verdict for each rule, always in the same order; nothing is thrown, and no value is named
 */
export function verifyOffline(credential: Credential): readonly RuleVerdict[] {
  return [
    { rule: 'members', level: 'required', ...guarded(() => members(credential)) },
    { rule: 'format', level: 'recommended', ...guarded(() => format(credential)) },
    { rule: 'signature', level: 'required', ...guarded(() => signature(credential)) },
  ]
}

function members({ ref, members, paired }: Credential): Finding {
  const missing = missingMembers(ref.exchange, members)
  if (missing.length > 0) {
    return fail(`${formatRef(ref)} has no ${missing.join(' and no ')}.`, 'Save what is missing.')
  }
  checkMembers(ref.exchange, members)
  const versions = new Set(
    memberEntries(ref.exchange, members).flatMap(([, { versionId }]) => versionId ?? []),
  )
  if (versions.size > 1) {
    return fail(
      'The members belong to different versions of the credential.',
      'Read the credential once, whole.',
    )
  }
  return paired
    ? pass('The members were saved together.')
    : unknown(
        'The members were written by other tools, which do not save them together.',
        'Save them again here, all of them at once.',
      )
}

function format({ ref, members }: Credential): Finding {
  const [first, ...others] = shapeWarnings(ref.exchange, members).map((warning) =>
    // The warning is worded for the moment of saving.
    warning.replace('; stored as given', ''),
  )
  return first === undefined
    ? pass(`The members look like what ${ref.exchange} issues.`)
    : fail([first, ...others].join(' '), 'Copy them from the exchange again.')
}

function signature(credential: Credential): Finding {
  const sign = prepareSigner(credential)
  const kind = keyKind(credential)
  return signatureHolds(credential, sign)
    ? pass(`The secret, ${kind}, signs.`)
    : fail(
        `The secret, ${kind}, makes signatures that do not hold.`,
        'Report this: it is a fault of the signer, not of the key.',
      )
}

/** Refusals of the signers and of core are worded for people and hold no value. */
function guarded(judge: () => Finding): Finding {
  try {
    return judge()
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) === null) {
      return fail('The members cannot be used.', 'Save the credential again.')
    }
    return fail(error.message, hintOf(error) ?? 'Save the credential again.')
  }
}

/** Signers have errors of their own, with the same fields. */
function hintOf(error: Error): string | null {
  return 'hint' in error && typeof error.hint === 'string' ? error.hint : null
}
