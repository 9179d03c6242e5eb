import type { Call, Identity } from '@mm-secrets/core'
import { newCall } from '@mm-secrets/core'
import { conversation } from './client/conversation.ts'
import { openClient } from './client/open-client.ts'
import { interrupted, outOfTime } from './client/persist.ts'
import { Overdue, within } from './client/within.ts'
import { stranger } from './errors/refuse.ts'
import type { AwsOptions } from './options.ts'

/**
 * Who the requests come from: STS GetCallerIdentity, which needs no permission. Asked once for each access key, so that
 * a process whose credentials were renewed or changed learns of it; concurrent callers share one request.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 *
 * @returns a function that throws STORE_CREDENTIALS, UNAVAILABLE, INTERRUPTED, CONFIG for a wrong region, endpoint, clock
 */
export function awsIdentity(options: AwsOptions): (call: Call) => Promise<Identity> {
  const look = identityLook(options)
  let looking: Looking | null = null
  const leave = (mine: Looking) => {
    if (looking === mine) looking = null
    // Nobody waits any more: what hangs would keep the process.
    mine.end.abort()
  }
  return async (call) => {
    const mine = (looking ??= begin(look, options.clock))
    mine.waiters++
    try {
      const left = Math.max(0, call.deadline - options.clock.now())
      return await within(left, call.signal, () => mine.identity)
    } catch (error) {
      if (call.signal?.aborted === true) throw interrupted()
      throw error instanceof Overdue ? outOfTime(SUBJECT.operation) : error
    } finally {
      if (--mine.waiters === 0) leave(mine)
    }
  }
}

/** A question that is under way, and how many wait for its answer. */
interface Looking {
  readonly identity: Promise<Identity>
  readonly end: AbortController
  waiters: number
}

function begin(look: (call: Call) => Promise<Identity>, clock: AwsOptions['clock']): Looking {
  const end = new AbortController()
  const identity = look(newCall(clock, end.signal))
  // Whoever waited may have left.
  identity.catch(() => undefined)
  return { identity, end, waiters: 0 }
}

const SUBJECT = { operation: 'GetCallerIdentity', name: null } as const

function identityLook(options: AwsOptions): (call: Call) => Promise<Identity> {
  let known: { readonly accessKeyId: string; readonly identity: Identity } | null = null
  const sts = conversation(options, 'sts', async () => {
    const sdk = await import('./client/sts-sdk.ts')
    const opened = await openClient(options, 'STS', (config) => new sdk.STSClient(config))
    return { sdk, ...opened }
  })
  return async (call) => {
    const { region } = await sts.about(SUBJECT)
    const said = await sts.demand(
      {
        ...SUBJECT,
        send: async (client, sdk, abortSignal) => {
          const { accessKeyId } = await client.config.credentials()
          if (known?.accessKeyId === accessKeyId) return known
          const { Account, Arn } = await client.send(new sdk.GetCallerIdentityCommand({}), {
            abortSignal,
          })
          if (Account === undefined || Arn === undefined) return null
          const identity = { place: `aws ${region}`, accountId: Account, arn: Arn }
          return { accessKeyId, identity }
        },
      },
      call,
    )
    if (said === null) throw stranger(null, await sts.about(SUBJECT))
    known = said
    return said.identity
  }
}
