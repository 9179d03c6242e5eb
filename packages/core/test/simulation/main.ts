import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { Exploration } from './explore.ts'
import { explore } from './explore.ts'
import type { Scene } from './moment.ts'
import { newScene } from './moment.ts'
import { runRandomly } from './random-run.ts'
import { restChecker } from './rest.ts'
import { formatSteps, parseSteps, replay } from './schedule.ts'
import type { Mutant } from './mutant.ts'
import { withMutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import type { MemberCount, Scenario } from './scenario.ts'
import { TWO_PROCESSES, parseScenario } from './scenarios.ts'
import { STORIES } from './stories.ts'
import { tell } from './story.ts'
import type { Subject } from './subject.ts'
import { loadSubject } from './subject.ts'
import { traceStep, traceWorld } from './trace.ts'
import type { Vanishing } from './world.ts'

const USAGE = `The simulation of the pair protocol.

  pnpm simulate                                  stories, two processes exhaustively, three at random
  pnpm simulate --stories                        the earlier counterexamples
  pnpm simulate --processes 2 [--twists N]       every schedule of every scenario of two processes
  pnpm simulate --processes 3 --schedules N      random schedules
  pnpm simulate --scenario NAME                  every schedule of one scenario: 'one version: save A | read'
  pnpm simulate --scenario NAME --replay STEPS   one schedule, step by step

  --members 2|3      of the credential (both)      --seed N       of random schedules (1)
  --workers N        threads (one a processor)     --most-states N   bound of one exploration (1000000)
  --vanish once|any  when unlabelled versions go   --source DIR   another copy of core's src
`

interface Settings {
  readonly members: readonly MemberCount[]
  readonly twists: number
  readonly mostStates: number
  readonly vanishing: Vanishing
  readonly source: string
  readonly seed: number
  readonly schedules: number
  readonly processes: number
}

/** What a thread is given to do. */
type Task =
  | { readonly kind: 'explore'; readonly name: string; readonly members: MemberCount }
  | {
      readonly kind: 'random'
      readonly seed: number
      readonly schedules: number
      readonly members: MemberCount | null
    }

/** What came of it, as lines, and in numbers. */
interface Done {
  readonly lines: readonly string[]
  readonly failed: boolean
  readonly partial: boolean
  readonly states: number
  readonly transitions: number
  readonly schedules: number
  readonly steps: number
}

const NONE: Done = {
  lines: [],
  failed: false,
  partial: false,
  states: 0,
  transitions: 0,
  schedules: 0,
  steps: 0,
}

async function run(task: Task, settings: Settings, subject: Subject): Promise<Done> {
  if (task.kind === 'random') {
    const { seed, schedules, members } = task
    const options = { seed, schedules, processes: settings.processes }
    const found = await runRandomly(members === null ? options : { ...options, members }, subject)
    const { failure } = found
    const lines = failure === null ? [] : failureLines(failure.scene, failure)
    return {
      ...NONE,
      schedules: found.schedules,
      steps: found.steps,
      lines,
      failed: failure !== null,
    }
  }
  const { vanishing, twists, mostStates } = settings
  const scene = newScene(parseScenario(task.name), { members: task.members, vanishing }, subject)
  const began = performance.now()
  const found = await explore(scene, { twists, mostStates })
  const lines = [explorationLine(scene, found, performance.now() - began)]
  if (found.failure !== null) lines.push(...failureLines(scene, found.failure))
  const partial = found.failure === null && !found.complete
  const { states, transitions } = found
  return { ...NONE, states, transitions, lines, failed: found.failure !== null, partial }
}

function explorationLine({ scenario, terms }: Scene, found: Exploration, ms: number): string {
  const verdict = found.failure !== null ? 'FAILS' : found.complete ? 'holds' : 'part '
  const counts = `${found.states} states, ${found.transitions} steps, ${Math.round(ms)} ms`
  return `${verdict}  ${scenario.name} (${terms.members} members): ${counts}`
}

function failureLines(
  { scenario, terms }: Scene,
  failure: { readonly message: string; readonly steps: Parameters<typeof formatSteps>[0] },
): readonly string[] {
  const vanish = terms.vanishing === 'at once' ? 'once' : 'any'
  return [
    `       ${failure.message}`,
    `       pnpm simulate --members ${terms.members} --vanish ${vanish} --scenario '${scenario.name}' --replay '${formatSteps(failure.steps)}'`,
  ]
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      stories: { type: 'boolean' },
      processes: { type: 'string' },
      schedules: { type: 'string' },
      scenario: { type: 'string' },
      replay: { type: 'string' },
      worlds: { type: 'boolean' },
      members: { type: 'string' },
      seed: { type: 'string' },
      twists: { type: 'string' },
      workers: { type: 'string' },
      'most-states': { type: 'string' },
      vanish: { type: 'string' },
      source: { type: 'string' },
      mutants: { type: 'string' },
    },
  })
  if (values.help === true) {
    process.stdout.write(USAGE)
    return 0
  }
  const number = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : Number(text)
  const settings: Settings = {
    members: values.members === undefined ? [2, 3] : [Number(values.members) as MemberCount],
    twists: number(values.twists, 0),
    mostStates: number(values['most-states'], 1_000_000),
    vanishing: values.vanish === 'any' ? 'any time' : 'at once',
    source: values.source ?? fileURLToPath(new URL('../../src', import.meta.url)),
    seed: number(values.seed, 1),
    schedules: number(values.schedules, 100_000),
    processes: number(values.processes, 0),
  }
  const workers = number(values.workers, availableParallelism())

  if (values.scenario !== undefined && values.replay !== undefined) {
    return replayOne(values.scenario, values.replay, values.worlds === true, settings)
  }
  if (values.scenario !== undefined) {
    return exploreAll([parseScenario(values.scenario)], settings, workers)
  }
  if (values.mutants !== undefined) return huntAll(values.mutants, settings)
  if (values.stories === true) return tellAll(settings)
  if (settings.processes === 2) return exploreAll(TWO_PROCESSES, settings, workers)
  if (settings.processes >= 3) return randomAll(settings, workers)
  const told = await tellAll(settings)
  const explored = await exploreAll(TWO_PROCESSES, settings, workers)
  const drawn = await randomAll({ ...settings, processes: 3 }, workers)
  return Math.max(told, explored, drawn)
}

/** Takes the rules of the protocol away, one at a time, and looks where the simulation sees it. */
async function huntAll(pattern: string, settings: Settings): Promise<number> {
  let survivors = 0
  for (const mutant of MUTANTS) {
    if (!mutant.rule.includes(pattern) && pattern !== 'all') continue
    const began = performance.now()
    const seen = await withMutant(settings.source, mutant, (subject) =>
      hunt(mutant, settings, subject),
    ).catch((error: unknown) => `ERROR ${error instanceof Error ? error.message : String(error)}`)
    if (seen === null) survivors += 1
    const ms = Math.round(performance.now() - began)
    process.stdout.write(`${seen === null ? 'SURVIVES' : 'caught  '}  ${mutant.rule} (${ms} ms)\n`)
    if (seen !== null) process.stdout.write(`          ${seen}\n`)
  }
  return survivors === 0 ? 0 : 1
}

/** Where its own scenario says, or in the stories. */
async function hunt(
  { caught }: Mutant,
  settings: Settings,
  subject: Subject,
): Promise<string | null> {
  const { scenario, members = 2, twists = 0 } = caught
  const own = newScene(parseScenario(scenario), { members, vanishing: 'at once' }, subject)
  const found = await explore(own, { twists, mostStates: settings.mostStates })
  if (found.failure !== null) return `as said: ${scenario}: ${found.failure.message}`
  for (const { title, scenario: told, members: count, turns } of STORIES) {
    const scene = newScene(told, { members: count, vanishing: 'at once' }, subject)
    const verdict = await judged(scene, turns)
    if (verdict !== null) return `story ${title}: ${verdict}`
  }
  return null
}

async function tellAll(settings: Settings): Promise<number> {
  const subject = await loadSubject(settings.source)
  let failed = 0
  for (const { title, scenario, members, turns } of STORIES) {
    const scene = newScene(scenario, { members, vanishing: settings.vanishing }, subject)
    const verdict = await judged(scene, turns)
    if (verdict !== null) failed += 1
    process.stdout.write(`${verdict === null ? 'holds' : 'FAILS'}  ${title}\n`)
    if (verdict !== null) process.stdout.write(`       ${verdict}\n`)
  }
  return failed === 0 ? 0 : 1
}

async function judged(scene: Scene, turns: Parameters<typeof tell>[1]): Promise<string | null> {
  try {
    const { moment } = await tell(scene, turns)
    await restChecker(scene)(moment)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function replayOne(
  name: string,
  steps: string,
  worlds: boolean,
  settings: Settings,
): Promise<number> {
  const subject = await loadSubject(settings.source)
  const [members = 2] = settings.members
  const scene = newScene(parseScenario(name), { members, vanishing: settings.vanishing }, subject)
  const print = (line: string): boolean => process.stdout.write(`${line}\n`)
  const failure = await replay(scene, parseSteps(steps), restChecker(scene), (moment, step) => {
    if (worlds || step === null) print(traceWorld(moment))
    if (step !== null) print(traceStep(scene, moment, step))
  })
  print(failure?.message ?? 'Nothing is broken.')
  return failure === null ? 0 : 1
}

async function exploreAll(
  scenarios: readonly Scenario[],
  settings: Settings,
  workers: number,
): Promise<number> {
  const tasks = settings.members.flatMap((members) =>
    scenarios.map(({ name }): Task => ({ kind: 'explore', name, members })),
  )
  return inThreads(
    `${tasks.length} explorations, ${settings.twists} twists`,
    tasks,
    settings,
    workers,
  )
}

/** Each thread takes its share under a seed of its own. */
async function randomAll(settings: Settings, workers: number): Promise<number> {
  const share = Math.ceil(settings.schedules / workers)
  const members = settings.members.length === 1 ? (settings.members[0] ?? null) : null
  const tasks = Array.from({ length: workers }, (_, index): Task => {
    const seed = settings.seed * 1_000_000_007 + index * 500_000_003
    return { kind: 'random', seed, schedules: share, members }
  })
  const title = `random schedules of ${settings.processes} processes, seed ${settings.seed}`
  return inThreads(title, tasks, settings, workers)
}

async function inThreads(
  title: string,
  tasks: readonly Task[],
  settings: Settings,
  workers: number,
): Promise<number> {
  const began = performance.now()
  const left = [...tasks]
  let sum = NONE
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL(import.meta.url), { workerData: settings })
      const give = (): void => {
        const task = left.shift()
        if (task === undefined)
          void thread.terminate().then(() => {
            resolve()
          })
        else thread.postMessage(task)
      }
      thread.on('message', (done: Done) => {
        for (const line of done.lines) process.stdout.write(`${line}\n`)
        sum = added(sum, done)
        give()
      })
      thread.on('error', reject)
      give()
    })
  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, worker))
  const seconds = (performance.now() - began) / 1000
  const rate = Math.round((sum.schedules > 0 ? sum.schedules : sum.transitions) / seconds)
  const counts =
    sum.schedules > 0
      ? `${sum.schedules} schedules, ${sum.steps} steps, ${rate} schedules/s`
      : `${sum.states} states, ${sum.transitions} steps, ${rate} steps/s`
  process.stdout.write(
    `${title}: ${counts}, ${seconds.toFixed(1)} s${sum.partial ? ', some only in part' : ''}${sum.failed ? ', FAILED' : ''}\n`,
  )
  return sum.failed ? 1 : 0
}

function added(sum: Done, done: Done): Done {
  return {
    lines: [],
    failed: sum.failed || done.failed,
    partial: sum.partial || done.partial,
    states: sum.states + done.states,
    transitions: sum.transitions + done.transitions,
    schedules: sum.schedules + done.schedules,
    steps: sum.steps + done.steps,
  }
}

if (isMainThread) {
  process.exitCode = await main()
} else {
  const settings = workerData as Settings
  const subject = await loadSubject(settings.source)
  parentPort?.on('message', (task: Task) => {
    run(task, settings, subject).then(
      (done) => parentPort?.postMessage(done),
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
        parentPort?.postMessage({
          ...NONE,
          failed: true,
          lines: [`ERROR  ${JSON.stringify(task)}\n${text}`],
        })
      },
    )
  })
}
