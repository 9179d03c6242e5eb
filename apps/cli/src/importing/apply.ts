import type { Annotation, Secrets, VersionId } from '@mm-secrets/core'
import { shownError } from '../output/errors.ts'
import type { PlanItem } from './plan.ts'

/** What became of a credential. */
export interface Applied {
  readonly item: PlanItem
  /** untouched: refused, or not reached any more after an interruption. */
  readonly outcome: 'saved' | 'rotated' | 'stored' | 'failed' | 'untouched'
  readonly versionId: VersionId | null
  readonly error: { readonly code: string; readonly message: string } | null
}

export interface ApplyOptions {
  readonly secrets: Pick<Secrets, 'save' | 'annotate'>
  readonly allowReuse: boolean
  readonly signal: AbortSignal
  /** When the values were found where others can read them; null: they were not. */
  readonly exposedAt: number | null
}

/** Saves what is to be saved, one after the other; one that fails does not keep the others from being stored. */
export async function applyPlan(
  options: ApplyOptions,
  items: readonly PlanItem[],
): Promise<readonly Applied[]> {
  const applied: Applied[] = []
  for (const item of items) applied.push(await applyItem(options, item))
  return applied
}

async function applyItem(options: ApplyOptions, item: PlanItem): Promise<Applied> {
  const done = (outcome: Applied['outcome'], versionId: VersionId | null): Applied => ({
    ...{ item, outcome, versionId, error: null },
  })
  if (item.action === 'refuse' || options.signal.aborted) return done('untouched', null)
  try {
    if (item.action === 'none') return done('stored', await markStored(options, item))
    const versionId = await save(options, item)
    return done(item.action === 'save' ? 'saved' : 'rotated', versionId)
  } catch (error) {
    // A bug, too: what was saved before it must still be told.
    const { code, message } = shownError(error)
    return { ...done('failed', null), error: { code, message } }
  }
}

async function save(options: ApplyOptions, item: PlanItem): Promise<VersionId | null> {
  const { candidate, state } = item
  const annotation: Annotation = {
    ...(candidate.site === null ? {} : { site: candidate.site }),
    ...(options.exposedAt === null ? {} : { exposedAt: options.exposedAt }),
  }
  const result = await options.secrets.save(candidate.ref, candidate.members, {
    annotation,
    signal: options.signal,
    ...(options.allowReuse ? { allowReuse: true } : {}),
    // What was planned over one version must not replace another.
    ...(state === null ? {} : { base: state }),
  })
  return result.state.current
}

/** A key that was stored before is as exposed by this file as a new one. */
async function markStored(
  options: ApplyOptions,
  { candidate, state }: PlanItem,
): Promise<VersionId | null> {
  const current = state?.versions.find(({ id }) => id === state.current)
  if (current === undefined) return null
  const { exposedAt, secrets, signal } = options
  if (exposedAt !== null && current.metadata.exposedAt === null) {
    await secrets.annotate(candidate.ref, current.id, { exposedAt }, { signal })
  }
  return current.id
}
