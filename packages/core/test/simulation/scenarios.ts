import type { Verb } from './programs.ts'
import { describeVerb, parseVerb } from './programs.ts'
import type { RandomSource } from './random-source.ts'
import type { Actor, Scenario } from './scenario.ts'

const V1: Verb = { verb: 'save', id: 'V1' }
const V2: Verb = { verb: 'save', id: 'V2' }
const SAVE_A: Verb = { verb: 'save', id: 'A' }
const SAVE_B: Verb = { verb: 'save', id: 'B' }
const HOLD_P: Verb = { verb: 'hold', id: 'P' }
const READ: Verb = { verb: 'read' }
const RESUME: Verb = { verb: 'resume', id: null }
const RESUME_A: Verb = { verb: 'resume', id: 'A' }
const RESUME_P: Verb = { verb: 'resume', id: 'P' }
const RESUME_H: Verb = { verb: 'resume', id: 'H' }
const DISCARD_A: Verb = { verb: 'discard', id: 'A' }
const DISCARD_P: Verb = { verb: 'discard', id: 'P' }
const DISCARD_P2: Verb = { verb: 'discard', id: 'P2' }
const DISCARD_H: Verb = { verb: 'discard', id: 'H' }
const ROLLBACK_A: Verb = { verb: 'rollback', id: 'A' }
const ROLLBACK_B: Verb = { verb: 'rollback', id: 'B' }
const FREEZE: Verb = { verb: 'freeze' }
const DELETE: Verb = { verb: 'delete' }
const RESTORE: Verb = { verb: 'restore' }
const ADOPT_A: Verb = { verb: 'adopt', id: 'A' }
const ADOPT_B: Verb = { verb: 'adopt', id: 'B' }
const ANNOTATE: Verb = { verb: 'annotate', id: 'V1' }
const OTHERS_KEY: Verb = { verb: 'foreign', id: 'F8', member: 'api_key' }
const OTHERS_SECRET: Verb = { verb: 'foreign', id: 'F9', member: 'api_secret' }
const FIRST_HALF: Verb = { verb: 'half', id: 'H', members: ['api_key'] }
/** What is missing beside the anchor: one mate or two. */
const MATES_HALF: Verb = { verb: 'half', id: 'H', members: ['api_secret', 'api_passphrase'] }
const PHRASE_HALF: Verb = { verb: 'half', id: 'H', members: ['api_passphrase'] }
const SECRET_HALF: Verb = { verb: 'half', id: 'H', members: ['api_secret'] }
const TO_JSON: Verb = { verb: 'migrate', layout: 'json' }
const TO_PAIR: Verb = { verb: 'migrate', layout: 'pair' }
const V1_JSON: Verb = { verb: 'save', id: 'V1', layout: 'json' }

/** The passphrase only where the exchange has one: a put of it elsewhere finds no such secret. */
const OTHERS_PAIR: readonly Verb[] = [
  { verb: 'foreign', id: 'F1', member: 'api_key' },
  { verb: 'foreign', id: 'F2', member: 'api_secret' },
  { verb: 'foreign', id: 'F3', member: 'api_passphrase' },
]

function save(id: string): Verb {
  return { verb: 'save', id }
}

function hold(id: string): Verb {
  return { verb: 'hold', id }
}

/** What there is before a scenario begins. */
const SETUPS = {
  nothing: [],
  'one version': [V1],
  'two versions': [V1, V2],
  'a pending version': [V1, HOLD_P],
  'a pending anchor': [V1, FIRST_HALF],
  'a pending mate': [V1, SECRET_HALF],
  'an anchor alone': [FIRST_HALF],
  'a mate alone': [SECRET_HALF],
  'a frozen version': [V1, FREEZE],
  'a deleted credential': [V1, DELETE],
  "other tools' credential": OTHERS_PAIR,
  'one version in JSON': [V1_JSON],
  'five pending versions': [V1, ...['P1', 'P2', 'P3', 'P4', 'P5'].map(hold)],
  'many versions': Array.from({ length: 13 }, (_, index) => save(`V${index + 1}`)),
} satisfies Readonly<Record<string, readonly Verb[]>>

type Setup = keyof typeof SETUPS

/** Two processes of every kind that can meet, each explored to the end. */
const PAIRS: Readonly<Record<Setup, readonly (readonly [Verb, Verb])[]>> = {
  nothing: [
    [SAVE_A, READ],
    [SAVE_A, SAVE_B],
    [SAVE_A, OTHERS_KEY],
    [SAVE_A, OTHERS_SECRET],
    [SAVE_A, FREEZE],
    [SAVE_A, DELETE],
    [SAVE_A, RESUME_A],
    [SAVE_A, DISCARD_A],
    [FIRST_HALF, SAVE_A],
    [FIRST_HALF, DISCARD_H],
    [MATES_HALF, SAVE_A],
    [FIRST_HALF, READ],
  ],
  'one version': [
    [SAVE_A, READ],
    [SAVE_A, SAVE_B],
    [SAVE_A, RESUME_A],
    [SAVE_A, DISCARD_A],
    [SAVE_A, OTHERS_KEY],
    [SAVE_A, OTHERS_SECRET],
    [SAVE_A, FREEZE],
    [SAVE_A, DELETE],
    [SAVE_A, ANNOTATE],
    [SAVE_A, FIRST_HALF],
    [SAVE_A, SECRET_HALF],
    [DELETE, READ],
    [DELETE, RESTORE],
    [FREEZE, READ],
    [FREEZE, DELETE],
    [OTHERS_KEY, READ],
    [OTHERS_KEY, OTHERS_SECRET],
    [SAVE_A, TO_JSON],
    [TO_JSON, READ],
    [TO_JSON, TO_JSON],
    [TO_JSON, FREEZE],
    [TO_JSON, DELETE],
  ],
  'two versions': [
    [ROLLBACK_A, READ],
    [ROLLBACK_A, SAVE_B],
    [ROLLBACK_A, ROLLBACK_B],
    [ROLLBACK_A, RESUME_A],
    [ROLLBACK_A, DISCARD_A],
    [ROLLBACK_A, FREEZE],
    [ROLLBACK_A, OTHERS_KEY],
    [ROLLBACK_A, OTHERS_SECRET],
    [ROLLBACK_A, ANNOTATE],
  ],
  'a pending version': [
    [RESUME_P, READ],
    [RESUME_P, RESUME],
    [RESUME_P, DISCARD_P],
    [RESUME_P, SAVE_A],
    [RESUME_P, FREEZE],
    [RESUME_P, DELETE],
    [RESUME_P, OTHERS_KEY],
    [RESUME_P, OTHERS_SECRET],
    [DISCARD_P, SAVE_A],
    [DISCARD_P, DISCARD_P],
    [DISCARD_P, OTHERS_SECRET],
  ],
  'a pending anchor': [
    [MATES_HALF, READ],
    [SECRET_HALF, PHRASE_HALF],
    [MATES_HALF, MATES_HALF],
    [MATES_HALF, SAVE_A],
    [MATES_HALF, RESUME_H],
    [MATES_HALF, DISCARD_H],
    [MATES_HALF, FREEZE],
    [MATES_HALF, OTHERS_KEY],
    [MATES_HALF, OTHERS_SECRET],
  ],
  'a pending mate': [
    [FIRST_HALF, READ],
    [FIRST_HALF, PHRASE_HALF],
    [FIRST_HALF, SAVE_A],
    [FIRST_HALF, RESUME_H],
    [FIRST_HALF, DISCARD_H],
    [FIRST_HALF, OTHERS_KEY],
    [FIRST_HALF, OTHERS_SECRET],
    [SAVE_A, DISCARD_H],
  ],
  'an anchor alone': [
    [MATES_HALF, READ],
    [MATES_HALF, SAVE_A],
    [MATES_HALF, DISCARD_H],
    [MATES_HALF, RESUME_H],
    [MATES_HALF, MATES_HALF],
    [SAVE_A, DISCARD_H],
    [MATES_HALF, DELETE],
  ],
  'a mate alone': [
    [FIRST_HALF, READ],
    [FIRST_HALF, SAVE_A],
    [FIRST_HALF, DISCARD_H],
    [FIRST_HALF, RESUME_H],
    [SAVE_A, DISCARD_H],
  ],
  'a frozen version': [
    [SAVE_A, READ],
    [SAVE_A, SAVE_B],
    [SAVE_A, FREEZE],
  ],
  'a deleted credential': [
    [RESTORE, READ],
    [RESTORE, RESTORE],
    [RESTORE, DELETE],
    [RESTORE, SAVE_A],
  ],
  "other tools' credential": [
    [ADOPT_A, READ],
    [ADOPT_A, ADOPT_B],
    [ADOPT_A, SAVE_B],
    [ADOPT_A, RESUME_A],
    [ADOPT_A, DISCARD_A],
    [ADOPT_A, OTHERS_KEY],
    [ADOPT_A, OTHERS_SECRET],
    [SAVE_A, READ],
  ],
  'one version in JSON': [
    [SAVE_A, READ],
    [SAVE_A, SAVE_B],
    [SAVE_A, RESUME_A],
    [SAVE_A, DISCARD_A],
    [SAVE_A, FREEZE],
    [SAVE_A, DELETE],
    [SAVE_A, TO_PAIR],
    [TO_PAIR, READ],
    [TO_PAIR, TO_PAIR],
  ],
  'five pending versions': [
    [SAVE_A, READ],
    [{ verb: 'resume', id: 'P3' }, DISCARD_P2],
  ],
  'many versions': [[SAVE_A, READ]],
}

/** Every scenario of two processes. */
export const TWO_PROCESSES: readonly Scenario[] = Object.entries(PAIRS).flatMap(([setup, pairs]) =>
  pairs.map(([one, other]) => scenarioOf(setup as Setup, [{ verb: one }, { verb: other }])),
)

function scenarioOf(setup: Setup, actors: readonly Actor[]): Scenario {
  const doing = actors
    .map(
      ({ verb, after }) => `${describeVerb(verb)}${after === undefined ? '' : ` after ${after}`}`,
    )
    .join(' ‖ ')
  return { name: `${setup}: ${doing}`, setup: SETUPS[setup], actors }
}

/**
 * A scenario from its name, such as `one version: save A ‖ resume A ‖ read`; `|` will do for `‖`.
 *
 * @throws Error naming what it does not know
 */
export function parseScenario(name: string): Scenario {
  const [setup = '', verbs = ''] = name.split(': ')
  if (!Object.hasOwn(SETUPS, setup)) {
    throw new Error(`No scenario begins with ${setup}, but with ${Object.keys(SETUPS).join(', ')}.`)
  }
  const actors = verbs.split(/\s*(?:‖|\|+)\s*/).map((text): Actor => {
    const [verb = '', after] = text.split(' after ')
    return { verb: parseVerb(verb), ...(after === undefined ? {} : { after: Number(after) }) }
  })
  return scenarioOf(setup as Setup, actors)
}

/** Whatever a process may do in a random scenario, by its own name; likelier verbs stand there more than once. */
const ANYTHING: readonly ((own: string) => Verb)[] = [
  (own) => ({ verb: 'save', id: own }),
  (own) => ({ verb: 'save', id: own }),
  (own) => ({ verb: 'save', id: own }),
  (own) => ({ verb: 'rollback', id: own }),
  (own) => ({ verb: 'rollback', id: own }),
  (own) => ({ verb: 'hold', id: own }),
  (own) => ({ verb: 'adopt', id: own }),
  (own) => ({ verb: 'half', id: own, members: ['api_key'] }),
  (own) => ({ verb: 'half', id: own, members: ['api_secret'] }),
  () => READ,
  () => READ,
  () => RESUME,
  () => FREEZE,
  () => DELETE,
  () => RESTORE,
  () => ANNOTATE,
  () => OTHERS_KEY,
  () => OTHERS_SECRET,
]

/** What may be done about a version that another process writes, or that was pending before. */
const ABOUT: readonly ((of: string) => Verb)[] = [
  (of) => ({ verb: 'resume', id: of }),
  (of) => ({ verb: 'resume', id: of }),
  (of) => ({ verb: 'discard', id: of }),
  (of) => ({ verb: 'discard', id: of }),
]

/** The other members of a half, under its ticket. */
const COMPLETING: readonly ((of: string) => Verb)[] = [
  (of) => ({ verb: 'half', id: of, members: ['api_key'] }),
  (of) => ({ verb: 'half', id: of, members: ['api_secret'] }),
  (of) => ({ verb: 'half', id: of, members: ['api_passphrase'] }),
  (of) => ({ verb: 'half', id: of, members: ['api_secret', 'api_passphrase'] }),
]

/** How often a process does something about a version of another one. */
const ABOUT_RATE = 0.35

/** A setup and so many processes that do anything to it. */
export function randomScenario(random: RandomSource, processes: number): Scenario {
  const setup = random.pick(Object.keys(SETUPS) as Setup[])
  const before = SETUPS[setup].flatMap((verb) => ('id' in verb && verb.id !== null ? [verb] : []))
  const actors: Actor[] = []
  for (const own of ['A', 'B', 'C', 'D', 'E'].slice(0, processes)) {
    const others = actors.flatMap(({ verb }) => ('id' in verb && verb.id !== null ? [verb] : []))
    const about = [...before, ...others].filter(({ verb }) => verb !== 'foreign')
    actors.push(
      about.length > 0 && random.next() < ABOUT_RATE
        ? doSomethingAbout(random.pick(about), actors, random)
        : { verb: random.pick(ANYTHING)(own) },
    )
  }
  return scenarioOf(setup, actors)
}

/** A half is completed only after it was acknowledged, for its ticket is printed then. */
function doSomethingAbout(
  other: Extract<Verb, { id: string | null }>,
  actors: readonly Actor[],
  random: RandomSource,
): Actor {
  const of = other.id ?? ''
  if (other.verb !== 'half' || random.next() < 0.5) return { verb: random.pick(ABOUT)(of) }
  const first = actors.findIndex(({ verb }) => verb.verb === 'half' && verb.id === of)
  const verb = random.pick(COMPLETING)(of)
  return first < 0 ? { verb } : { verb, after: first }
}
