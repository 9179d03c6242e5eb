import type { Verb } from './programs.ts'
import type { Actor, MemberCount, Scenario } from './scenario.ts'
import type { Turn } from './story.ts'

/**
 * A way in which an earlier, simpler protocol failed, told to the code of today: it must come to a good end. How the
 * calls are named is what ties a story to the code; one that no longer happens as told fails its test.
 */
export interface Story {
  readonly title: string
  readonly scenario: Scenario
  readonly members: MemberCount
  readonly turns: readonly Turn[]
  /** How each actor ends: a code where it is refused, else the kind of its outcome. null: it does not. */
  readonly ends: readonly (string | null)[]
}

const save = (id: string): Verb => ({ verb: 'save', id })
const rollback = (id: string): Verb => ({ verb: 'rollback', id })
const resume = (id: string): Verb => ({ verb: 'resume', id })
const discard = (id: string): Verb => ({ verb: 'discard', id })
const adopt = (id: string): Verb => ({ verb: 'adopt', id })
const READ: Verb = { verb: 'read' }
const FREEZE: Verb = { verb: 'freeze' }
const V1 = save('V1')
const OTHERS_PAIR: readonly Verb[] = [
  { verb: 'foreign', id: 'F1', member: 'api_key' },
  { verb: 'foreign', id: 'F2', member: 'api_secret' },
]

function story(
  title: string,
  setup: readonly Verb[],
  verbs: readonly Verb[],
  turns: readonly Turn[],
  ends: readonly (string | null)[],
  members: MemberCount = 2,
): Story {
  const actors: readonly Actor[] = verbs.map((verb) => ({ verb }))
  return { title, scenario: { name: title, setup, actors }, members, turns, ends }
}

export const STORIES: readonly Story[] = [
  story(
    '1. a half save joins the rotation of another writer: a mixed pair is committed',
    [V1],
    [save('A'), { verb: 'half', id: 'B', members: ['api_secret'] }, READ],
    [{ actor: 0, until: 'put api_secret A' }, { actor: 1 }, { actor: 0 }, { actor: 2 }],
    ['live', 'CONFLICT', 'read'],
  ),
  story(
    '2. with stale views, after two quick rotations, a new key returns with an old secret',
    [V1],
    [save('A'), save('B'), READ],
    [
      { actor: 0 },
      { actor: 1 },
      { actor: 2, until: 'get api_secret AWSCURRENT', twist: 4 },
      { actor: 2 },
    ],
    ['live', 'live', 'read'],
  ),
  story(
    '3. an adoption crashes with pending versions on a foreign pair: readers find nothing',
    OTHERS_PAIR,
    [adopt('A'), READ],
    [{ actor: 0, until: 'move api_key mmp.A.F1: A to F1', crash: true }, { actor: 1 }],
    [null, 'read'],
  ),
  story(
    '4. a committed mate version carries no label and vanishes: an acknowledged pair is lost',
    [V1],
    [save('A'), save('B'), resume('A')],
    [{ actor: 0, until: 'move api_secret AWSCURRENT', crash: true }, { actor: 2 }, { actor: 1 }],
    [null, 'live', 'live'],
  ),
  story(
    '5a. commit, rollback, crash before the strip: resume commits what was rolled back',
    [V1],
    [save('A'), rollback('B'), resume('A')],
    [
      { actor: 0, until: 'move api_key mmp.A.V1: V1 to -', crash: true },
      { actor: 1 },
      { actor: 2 },
    ],
    [null, 'live', 'NOT_FOUND'],
  ),
  story(
    '5b. resume commits the version of a loser who was told of the conflict',
    [V1],
    [save('A'), save('B'), resume('A')],
    [
      { actor: 0, until: 'move api_key mmp.A.V1: A to V1' },
      { actor: 2, until: 'move api_key mmp.A.V1: A to V1' },
      { actor: 1 },
      { actor: 0 },
      { actor: 2 },
    ],
    ['CONFLICT', 'live', 'CONFLICT'],
  ),
  story(
    '6a. a lost reply: the repeated compare-and-swap mismatches and a winner is told of a conflict',
    [V1],
    [save('A')],
    [{ actor: 0, until: 'move api_key AWSCURRENT: V1 to A', twist: 'lostApplied' }, { actor: 0 }],
    ['live'],
  ),
  story(
    '6b. a lost reply, a rollback in between: the repetition undoes the rollback',
    [V1],
    [save('A'), rollback('B')],
    [
      { actor: 0, until: 'move api_key AWSCURRENT: V1 to A', twist: 'lostApplied' },
      { actor: 1 },
      { actor: 0 },
    ],
    ['SUPERSEDED', 'live'],
  ),
  story(
    '7. a rollback returns AWSCURRENT to an old id, and a sleeping resume undoes it',
    [V1],
    [save('A'), resume('A'), rollback('B')],
    [
      { actor: 0, until: 'move api_key AWSCURRENT: V1 to A' },
      { actor: 1, until: 'move api_key AWSCURRENT: V1 to A' },
      { actor: 0 },
      { actor: 2 },
      { actor: 1 },
    ],
    ['live', 'SUPERSEDED', 'live'],
  ),
  story(
    '8. the slower of two writers moves the mates last and leaves them out of step',
    [V1],
    [save('A'), save('B')],
    [{ actor: 0, until: 'move api_secret AWSCURRENT: V1 to A' }, { actor: 1 }, { actor: 0 }],
    ['live', 'live'],
  ),
  story(
    '9a. a discard is acknowledged, then the running rotation commits',
    [V1],
    [save('A'), discard('A')],
    [{ actor: 0, until: 'move api_key mmp.A.V1: A to V1' }, { actor: 1 }, { actor: 0 }],
    ['CONFLICT', 'discarded'],
  ),
  story(
    '9b. a discard is acknowledged, then the third half of a triple commits',
    [V1, { verb: 'half', id: 'A', members: ['api_key', 'api_secret'] }],
    [{ verb: 'half', id: 'A', members: ['api_passphrase'] }, discard('A')],
    [{ actor: 0, until: 'move api_key mmp.A.V1: A to V1' }, { actor: 1 }, { actor: 0 }],
    ['CONFLICT', 'discarded'],
    3,
  ),
  story(
    '10. delete and restore interleave: the key is live, the secret deleted',
    [V1],
    [{ verb: 'delete' }, { verb: 'restore' }, READ],
    [{ actor: 0, until: 'delete api_secret' }, { actor: 1 }, { actor: 0 }, { actor: 2 }],
    ['CONFLICT', 'restored', 'read'],
  ),
  story(
    '11a. first save: the anchor is created, a crash, and every later save conflicts',
    [],
    [save('A'), save('B')],
    [{ actor: 0, until: 'put api_key A', crash: true }, { actor: 1 }],
    [null, 'live'],
  ),
  story(
    '11b. first save: the loser strips what is previous',
    [],
    [save('A'), save('B'), save('C')],
    [{ actor: 0, until: 'put api_key A' }, { actor: 1 }, { actor: 0 }, { actor: 2 }],
    ['CONFLICT', 'live', 'live'],
  ),
  story(
    '12. resume after a commit and a foreign write strips the label of a live version',
    [V1],
    [save('A'), { verb: 'foreign', id: 'F8', member: 'api_key' }, resume('A'), rollback('B'), READ],
    [
      { actor: 0, until: 'move api_secret AWSCURRENT', crash: true },
      { actor: 1 },
      { actor: 2 },
      { actor: 3 },
      { actor: 4 },
    ],
    [null, 'done', 'NOT_FOUND', 'live', 'read'],
  ),
  story(
    '13. freeze, rotate, freeze, roll back: the first frozen version comes back',
    [V1],
    [FREEZE, save('A'), FREEZE, rollback('B'), READ],
    [{ actor: 0 }, { actor: 1 }, { actor: 2 }, { actor: 3 }, { actor: 4 }],
    ['frozen', 'live', 'frozen', 'REVOKED', 'REVOKED'],
  ),
]
