// Works on the vault of `dev` in HOME, as a process of its own. It says `ready` once everything is loaded.
//   vault-child.ts write HOME NAME COUNT    COUNT writes, each adding NAME-1, NAME-2 …; says `done NAME-n` after each
//   vault-child.ts once HOME NAME           waits for SIGUSR2, then one write
//   vault-child.ts nolink HOME NAME KILL_AT one write where hard links are refused; dies before its KILL_AT-th call
//   vault-child.ts read HOME                reads a pair again and again until HOME/stop is there; says `read COUNT`, or
//                                           `MIXED …`
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { existsSync, writeSync } from 'node:fs'
import { observedFs, systemError } from '../durable/observed-fs.ts'
import { documentBackend } from '../../src/backend/document/document-backend.ts'
import { ageLibrary } from '../../src/backend/file/age-library.ts'
import { fileDocuments } from '../../src/backend/file/index.ts'
import { credentialRef } from '../../src/credential/name.ts'
import { newCall } from '../../src/runtime/call.ts'
import type { FileSystem } from '../../src/runtime/deps.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { addMark } from './marks.ts'

const [mode = '', home = '', name = '', number = '0'] = process.argv.slice(2)
/** A process that is killed must not lose what it said: no stream in between. */
const say = (line: string): unknown => writeSync(1, `${line}\n`)

function openDocuments(system: FileSystem): ReturnType<typeof fileDocuments> {
  return fileDocuments({
    home,
    fs: system,
    clock: systemClock,
    randomness: randomBytes,
    warn: (line) => {
      say(`warning ${line}`)
    },
    auditHead: () => Promise.resolve(null),
  })
}

async function write(count: number): Promise<void> {
  const documents = openDocuments(fs)
  say('ready')
  for (let index = 1; index <= count; index += 1) {
    await addMark(documents, `${name}-${index}`)
    say(`done ${name}-${index}`)
  }
}

async function once(): Promise<void> {
  const documents = openDocuments(fs)
  await ageLibrary()
  await documents.read('dev', newCall(systemClock))
  await signalled()
  await addMark(documents, name)
  say(`done ${name}`)
}

async function withoutLinks(killAt: number): Promise<void> {
  let calls = 0
  const observed = observedFs((call) => {
    calls += 1
    if (calls === killAt) process.kill(process.pid, 'SIGKILL')
    if (call === 'link') throw systemError('EPERM', 'link')
  })
  await addMark(openDocuments(observed), name)
  say(`done ${name}`)
}

async function read(): Promise<void> {
  const backend = documentBackend(openDocuments(fs), { clock: systemClock })
  const ref = credentialRef({ env: 'dev', exchange: 'bybit' })
  let reads = 0
  say('ready')
  while (!existsSync(`${home}/stop`)) {
    const found = await backend.read(ref, { stage: 'AWSCURRENT' }, newCall(systemClock))
    const [key, secret] = [found?.members.api_key.reveal(), found?.members.api_secret.reveal()]
    if (key === undefined || secret !== secretOf(key)) say(`MIXED ${reads}`)
    reads += 1
  }
  say(`read ${reads}`)
}

/** The secret that belongs to a key in these tests, as `vault-processes.test.ts` saves them. */
function secretOf(key: string): string {
  return key.split('').reverse().join('').repeat(2)
}

async function signalled(): Promise<void> {
  const timer = setInterval(() => undefined, 1000)
  await new Promise<void>((resolve) => {
    process.once('SIGUSR2', () => {
      resolve()
    })
    say('ready')
  })
  clearInterval(timer)
}

const modes: Readonly<Record<string, () => Promise<void>>> = {
  write: () => write(Number(number)),
  once,
  nolink: () => withoutLinks(Number(number)),
  read,
}
await modes[mode]?.()
