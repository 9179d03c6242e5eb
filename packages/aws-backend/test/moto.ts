import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { realPart } from '@mm-secrets/vitest-config'

/** A server that others wrote: a peer to run against, not an oracle. */
export interface Moto {
  /** 'http://127.0.0.1:34599' */
  readonly url: string
  reset(): Promise<void>
  stop(): Promise<void>
}

/** @throws Error where moto_server is not installed, or does not start */
export async function startMoto(): Promise<Moto> {
  const path = realPart('moto_server')
  if (path === null) throw new Error('moto_server is not installed.')
  const child = spawn(path, ['-p', '0', '-H', '127.0.0.1'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve()
    }),
  )
  const url = await new Promise<string>((resolve, reject) => {
    void ended.then(() => {
      reject(new Error('moto_server ended before it was ready.'))
    })
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
        if (found !== undefined) resolve(found)
      })
    }
  })
  return {
    url,
    reset: async () => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' })
    },
    stop: async () => {
      child.kill()
      await ended
    },
  }
}
