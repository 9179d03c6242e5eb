import type { Outcome } from './outcome.ts'
import type { Program, WaitingCall } from './process.ts'
import { settle, startProcess } from './process.ts'
import type { Reply } from './store-call.ts'
import { textOf } from './store-call.ts'
import type { Subject } from './subject.ts'

/**
 * A process at one point of its life. Between replies the real code is a function of the replies that it got, so that
 * equal histories are the same state: an exploration runs each history once, whatever the others do meanwhile.
 */
export interface ProcessState {
  readonly serial: number
  readonly waiting: readonly WaitingCall[]
  readonly outcome: Outcome | null
  /** The same process after a reply. */
  answered(key: string, reply: Reply): ProcessState | Promise<ProcessState>
}

interface Answer {
  readonly key: string
  readonly reply: Reply
  readonly before: Answer | null
}

/** The states of a program, each found by its history of replies; the order of parallel replies does not count. */
export async function processTree(program: Program, subject: Subject): Promise<ProcessState> {
  const known = new Map<string, ProcessState>()
  let serials = 0

  async function stateAfter(last: Answer | null, mark: Mark): Promise<ProcessState> {
    const found = known.get(mark.join())
    if (found !== undefined) return found
    const replies = new Map<string, Reply>()
    for (let answer = last; answer !== null; answer = answer.before) {
      replies.set(answer.key, answer.reply)
    }
    const { waiting, outcome } = await broughtBack(program, subject, replies)
    // By the reply itself, which is mostly the same object, and by what it says.
    const next = waiting.map(() => new Map<Reply | string, ProcessState>())
    const state: ProcessState = {
      serial: ++serials,
      waiting,
      outcome,
      answered: (key, reply) => {
        const children = next[waiting.findIndex((one) => one.key === key)]
        const child = children?.get(reply) ?? children?.get(textOf(reply))
        if (child !== undefined) {
          children?.set(reply, child)
          return child
        }
        const grown = stateAfter({ key, reply, before: last }, marked(mark, key, textOf(reply)))
        return grown.then((made) => {
          children?.set(reply, made).set(textOf(reply), made)
          return made
        })
      },
    }
    known.set(mark.join(), state)
    return state
  }
  return stateAfter(null, [0, 0, 0])
}

async function broughtBack(
  program: Program,
  subject: Subject,
  replies: ReadonlyMap<string, Reply>,
): Promise<{ waiting: readonly WaitingCall[]; outcome: Outcome | null }> {
  const process = startProcess(program, subject, replies)
  await settle()
  const { waiting, outcome } = process
  return { waiting: [...waiting].sort((a, b) => (a.key < b.key ? -1 : 1)), outcome }
}

/** A process that lives: it is its own next state. For schedules that are run once. */
export async function livingProcess(program: Program, subject: Subject): Promise<ProcessState> {
  const process = startProcess(program, subject)
  let serial = 0
  const state: ProcessState = {
    get serial() {
      return serial
    },
    get waiting() {
      return [...process.waiting].sort((a, b) => (a.key < b.key ? -1 : 1))
    },
    get outcome() {
      return process.outcome
    },
    answered: async (key, reply) => {
      process.answer(key, reply)
      serial += 1
      await settle()
      return state
    },
  }
  await settle()
  return state
}

/** What identifies a set of replies: three sums of 32-bit hashes, so that their order does not count. */
type Mark = readonly [number, number, number]

function marked([a, b, c]: Mark, key: string, said: string): Mark {
  const step = `${key} ${said}`
  return [
    (a + hash(step, 0x811c9dc5)) | 0,
    (b + hash(step, 0x1b873593)) | 0,
    (c + hash(step, 0x2545f491)) | 0,
  ]
}

/** FNV-1a with a final mix. */
function hash(text: string, seed: number): number {
  let value = seed
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b)
  return value ^ (value >>> 13)
}
