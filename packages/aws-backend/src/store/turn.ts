import type { SecretName } from '@mm-secrets/core'
import type { SecretsManager } from '../client/secrets-manager.ts'
import type { Failure } from '../errors/failure.ts'
import { BATCH_SIZE, getBatch } from './get-batch.ts'
import { getOne } from './get-one.ts'
import type { Wish } from './wish.ts'
import { callOf } from './wish.ts'

/**
 * From so many secrets on a batch is asked for. No credential has as many members, so one alone never needs a
 * permission that a policy for reading may lack, nor trips an alarm on denials.
 */
const FEWEST_IN_BATCH = 8

/** Sends what was asked for in one turn; knows after the first batch whether batches are permitted. */
export function turnSender(aws: SecretsManager): (wishes: readonly Wish[]) => Promise<void> {
  let batches: 'untried' | 'permitted' | 'denied' = 'untried'
  const single = (wish: Wish) => {
    wish.fulfil(getOne(aws, wish.name, wish.which, callOf([wish])))
  }
  const batch = async (wishes: readonly Wish[]) => {
    const { found, failure } = await getBatch(aws, namesOf(wishes), callOf(wishes))
    if (failure === null) batches = 'permitted'
    if (failure?.name === 'AccessDeniedException') batches = 'denied'
    for (const wish of wishes) {
      const value = found.get(wish.name)
      if (value !== undefined) wish.fulfil(Promise.resolve(value))
      else if (failure === null || failure.kind === 'refused') single(wish)
      else wish.fulfil(failed(aws, failure, wish.name))
    }
  }
  const settled = (wishes: readonly Wish[]) => {
    const done = batch(wishes)
    return done.catch(() => {
      for (const wish of wishes) wish.fulfil(done.then(() => null))
    })
  }
  return async (wishes) => {
    const current = wishes.filter(isForCurrent)
    const inBatches = batches !== 'denied' && current.length >= FEWEST_IN_BATCH
    for (const wish of wishes) if (!inBatches || !isForCurrent(wish)) single(wish)
    if (!inBatches) return
    const chunks = inChunks(current)
    // The first goes alone: where batches are denied, one denial is enough.
    if (batches === 'untried') await settled(chunks.shift() ?? [])
    if (batches === 'denied') chunks.flat().forEach(single)
    else await Promise.all(chunks.map(settled))
  }
}

/** A batch knows no other stage, and no version ids. */
function isForCurrent(wish: Wish): boolean {
  return 'label' in wish.which && wish.which.label === 'AWSCURRENT'
}

function namesOf(wishes: readonly Wish[]): SecretName[] {
  return wishes.map((wish) => wish.name)
}

function inChunks(wishes: readonly Wish[]): Wish[][] {
  const count = Math.ceil(wishes.length / BATCH_SIZE)
  return Array.from({ length: count }, (_, index) =>
    wishes.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  )
}

async function failed(aws: SecretsManager, failure: Failure, name: SecretName): Promise<never> {
  throw await aws.refuse(failure, { operation: 'GetSecretValue', name })
}
