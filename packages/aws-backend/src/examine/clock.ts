import type { Finding } from '@mm-secrets/core'
import { fine } from '@mm-secrets/core'
import type { Heard } from './heard.ts'

const CHECK = 'clock'
const NOTABLE_MS = 60_000
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html: within five minutes */
const REFUSED_MS = 5 * 60_000

/** Whether this machine's clock agrees with AWS's: signatures, ages and the exchanges depend on it. */
export function examineClock({ skewMs }: Pick<Heard, 'skewMs'>): readonly Finding[] {
  if (skewMs === null) return []
  const apart = Math.abs(skewMs)
  if (apart < NOTABLE_MS) return [fine(CHECK, "This machine's clock agrees with that of AWS.")]
  const by = `${describe(apart)} ${skewMs > 0 ? 'ahead of' : 'behind'}`
  const refused = apart >= REFUSED_MS ? ', which refuses such signatures' : ''
  return [
    {
      check: CHECK,
      level: apart >= REFUSED_MS ? 'error' : 'warning',
      message: `This machine's clock is ${by} that of AWS${refused}.`,
      fix: 'Set it, such as with timedatectl set-ntp true; exchanges refuse such a clock too.',
    },
  ]
}

function describe(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
