import * as system from 'node:fs/promises'
import type { FileSystem } from '../../src/runtime/deps.ts'

type Handle = Awaited<ReturnType<FileSystem['open']>>

/**
 * Runs before a call reaches the system: it may throw in its place, or end the process.
 *
 * @param on what the call is made on: the module, or an open file
 */
export type BeforeCall = (
  name: string,
  args: readonly unknown[],
  on: object,
) => void | Promise<void>

/** The real file system with each call, of open files too, announced beforehand. */
export function observedFs(before: BeforeCall): FileSystem {
  const open: FileSystem['open'] = async (...args) => {
    await before('open', args, system)
    return observed(await system.open(...args), before)
  }
  return { ...observed(system, before), open }
}

/** Methods by methods: what is announced is the call, whoever receives it. */
function observed<T extends object>(target: T, before: BeforeCall): T {
  const handle = target as Handle
  const announced: Record<string, unknown> = {}
  for (const name of methodsOf(target)) {
    const method = handle[name as keyof Handle] as unknown as (...args: unknown[]) => unknown
    announced[name] = async (...args: unknown[]) => {
      try {
        await before(name, args, target)
      } catch (error) {
        // Linux frees the descriptor even where close(2) reports an error.
        if (name === 'close') await Reflect.apply(method, target, args)
        throw error
      }
      return Reflect.apply(method, target, args)
    }
  }
  return announced as T
}

const HANDLE_METHODS = ['chmod', 'close', 'read', 'readFile', 'stat', 'sync', 'truncate', 'write']
const MODULE_METHODS = ['link', 'lstat', 'mkdir', 'readdir', 'rename', 'rmdir', 'unlink']

function methodsOf(target: object): readonly string[] {
  return target === system ? MODULE_METHODS : [...HANDLE_METHODS, 'datasync', 'writeFile']
}

/** A system error as node:fs throws it. */
export function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall })
}
