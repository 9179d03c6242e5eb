import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { newScene } from './moment.ts'
import { restChecker } from './rest.ts'
import { STORIES } from './stories.ts'
import { tell } from './story.ts'
import { loadSubject } from './subject.ts'

const subject = await loadSubject(fileURLToPath(new URL('../../src', import.meta.url)))

// The fourteenth is the vault's: "a writer that slept …" in ../backend/file/writing.test.ts.
describe('what went wrong with earlier protocols comes to a good end', () => {
  test.each(STORIES)('$title', async ({ scenario, members, turns, ends }) => {
    const scene = newScene(scenario, { members, vanishing: 'at once' }, subject)
    const { moment } = await tell(scene, turns)
    await restChecker(scene)(moment)
    const ended = moment.actors.map(({ process: { outcome } }) =>
      outcome?.kind === 'refused' ? outcome.code : (outcome?.kind ?? null),
    )
    expect(ended).toEqual(ends)
  })
})
