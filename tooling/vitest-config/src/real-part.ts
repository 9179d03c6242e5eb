import { spawnSync } from 'node:child_process'

import { describe } from 'vitest'

import { onPath } from './on-path.ts'

/** Real programs that tests use instead of imitations; `scripts/real-parts.mjs` installs them. */
export type RealPart = 'age' | 'aws' | 'boto3' | 'fish' | 'moto_server' | 'strace' | 'tmux' | 'zsh'

/** @returns the path of the program, or null where it is not installed; of boto3: of a Python that has it */
export function realPart(name: RealPart): string | null {
  return name === 'boto3' ? pythonWith(name) : onPath(name)
}

function pythonWith(module: string): string | null {
  const python = onPath('python3')
  if (python === null) return null
  const { status } = spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' })
  return status === 0 ? python : null
}

/** A suite that needs a real program. Where that is absent, the suite is skipped and its title says why. */
export function describeWith(part: RealPart, name: string, suite: (path: string) => void): void {
  const path = realPart(part)
  if (path === null) {
    describe.skip(`${name} (skipped: ${part} is not installed)`, () => {
      suite(part)
    })
    return
  }
  describe(name, () => {
    suite(path)
  })
}
