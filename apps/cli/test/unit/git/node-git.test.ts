import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeGit } from '../../../src/git/node-git.ts'

let folder: string
let repository: string

const env = { PATH: process.env['PATH'], HOME: '/nonexistent' }

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  execFileSync('git', ['-C', repository, ...identity, ...args], { env, stdio: 'ignore' })
}

const standing = (...path: readonly string[]) => nodeGit(env).standing(join(folder, ...path))

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mm-git-')))
  repository = join(folder, 'repository')
  mkdirSync(join(repository, 'sub'), { recursive: true })
  git('init', '--quiet')
  writeFileSync(join(repository, '.gitignore'), '*.ignored\n')
  for (const name of ['committed', 'staged', 'removed', 'untracked', 'a.ignored', ':(top)x']) {
    writeFileSync(join(repository, name), 'x')
  }
  git('add', '.gitignore', 'committed', 'removed')
  git('commit', '--quiet', '-m', 'one')
  git('rm', '--quiet', '--cached', 'removed')
  git('commit', '--quiet', '-m', 'two')
  git('add', 'staged')
  symlinkSync(join(repository, 'committed'), join(folder, 'link'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

test('a file that is committed or staged is tracked', async () => {
  expect(await standing('repository', 'committed')).toBe('tracked')
  expect(await standing('repository', 'staged')).toBe('tracked')
})

test('a file that was taken out of git later is tracked all the same: history has it', async () => {
  expect(await standing('repository', 'removed')).toBe('tracked')
})

test('a link from elsewhere leads to the file that git tracks', async () => {
  expect(await standing('link')).toBe('tracked')
})

test('what git ignores, and what it would add, are told apart, also before they exist', async () => {
  expect(await standing('repository', 'a.ignored')).toBe('ignored')
  expect(await standing('repository', 'sub', 'new.ignored')).toBe('ignored')
  expect(await standing('repository', 'untracked')).toBe('untracked')
  expect(await standing('repository', 'sub', 'new')).toBe('untracked')
})

test('a name that git would take for more than a name is only a name', async () => {
  expect(await standing('repository', ':(top)x')).toBe('untracked')
})

test('outside of any repository, and within .git, there is nothing to fear', async () => {
  expect(await standing('file')).toBe('outside')
  expect(await standing('repository', '.git', 'file')).toBe('outside')
  expect(await standing('no', 'such', 'folder', 'file')).toBe('outside')
})

test('where git is not installed or does not answer, a repository is not taken for nothing', async () => {
  const without = nodeGit({ PATH: join(folder, 'nothing-here') })
  expect(await without.standing(join(repository, 'committed'))).toBe('unknown')
  expect(await without.standing(join(folder, 'file'))).toBe('outside')
  const broken = join(folder, 'broken')
  mkdirSync(join(broken, '.git'), { recursive: true })
  expect(await standing('broken', 'file')).toBe('unknown')
})

test.each([
  ['core.worktree', '/tmp'],
  ['core.worktree', '../..'],
  ['core.bare', 'true'],
])(
  'a repository whose configuration leads git elsewhere (%s %s) is not believed',
  async (...setting) => {
    const led = join(folder, `led-${setting.join('-').replaceAll('/', '')}`)
    execFileSync('git', ['init', '--quiet', led], { env })
    writeFileSync(join(led, '.env'), 'x')
    execFileSync('git', ['-C', led, 'add', '.env'], { env })
    expect(await nodeGit(env).standing(join(led, '.env'))).toBe('tracked')
    execFileSync('git', ['-C', led, 'config', ...setting], { env })
    expect(await nodeGit(env).standing(join(led, '.env'))).toBe('unknown')
  },
)

test('the work trees of git worktree and of a submodule are believed', async () => {
  git('worktree', 'add', '--quiet', '--detach', join(folder, 'linked'))
  expect(await standing('linked', 'committed')).toBe('tracked')
  const allowed = ['-c', 'protocol.file.allow=always']
  git(...allowed, 'submodule', '--quiet', 'add', join(folder, 'linked'), 'module')
  expect(await standing('repository', 'module', 'committed')).toBe('tracked')
})

test('the variables that git sets for a hook do not lead to another repository', async () => {
  const hooked = nodeGit({ ...env, GIT_DIR: join(repository, '.git'), GIT_WORK_TREE: folder })
  expect(await hooked.standing(join(folder, 'file'))).toBe('outside')
})

test('a repository that names programs in its configuration does not get one of them started', async () => {
  const hostile = join(folder, 'hostile')
  const proof = join(folder, 'proof')
  mkdirSync(join(hostile, '.git', 'hooks'), { recursive: true })
  const script = join(folder, 'script')
  writeFileSync(script, `#!/bin/sh\ntouch '${proof}'\n`, { mode: 0o755 })
  execFileSync('git', ['init', '--quiet', hostile], { env })
  writeFileSync(join(hostile, '.env'), 'x')
  execFileSync('git', ['-C', hostile, 'add', '.env'], { env })
  for (const key of [
    'core.fsmonitor',
    'core.pager',
    'core.sshCommand',
    'core.editor',
    'diff.external',
    'filter.f.clean',
    'filter.f.smudge',
    'filter.f.process',
    'gpg.program',
    'core.gitProxy',
    'alias.ls-files',
  ]) {
    execFileSync('git', ['-C', hostile, 'config', key, script], { env })
  }
  for (const hook of ['post-index-change', 'fsmonitor-watchman', 'query-watchman']) {
    writeFileSync(join(hostile, '.git', 'hooks', hook), `#!/bin/sh\ntouch '${proof}'\n`, {
      mode: 0o755,
    })
  }
  writeFileSync(join(hostile, '.gitattributes'), '* filter=f\n')
  expect(await standing('hostile', '.env')).toBe('tracked')
  expect(await standing('hostile', 'new')).toBe('untracked')
  expect(existsSync(proof)).toBe(false)
})
