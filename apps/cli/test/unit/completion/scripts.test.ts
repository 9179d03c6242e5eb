import { describe, expect, test } from 'vitest'
import { COMPLETE, EMPTY_WORD } from '../../../src/completion/names.ts'
import { BASH } from '../../../src/completion/scripts/bash.ts'
import { FISH } from '../../../src/completion/scripts/fish.ts'
import { POWERSHELL } from '../../../src/completion/scripts/powershell.ts'
import { ZSH } from '../../../src/completion/scripts/zsh.ts'
import { fakeCli } from '../fake-cli.ts'

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL }

describe.each(Object.entries(SCRIPTS))('the script for %s', (shell, script) => {
  test('is what the command prints, and nothing else', async () => {
    const { run } = fakeCli()
    expect(await run(['completion', shell])).toMatchObject({ code: 0, stdout: script, stderr: '' })
  })

  test('asks the program, whose complaints it drops, and says where it comes from', () => {
    expect(script).toContain(`mm-secrets ${COMPLETE} `)
    expect(script).toContain(`mm-secrets completion ${shell}`)
    expect(script).toMatch(/2>(?:\/dev\/null|\$null)/)
    expect(script).not.toContain('eval')
    expect(script.endsWith('\n')).toBe(true)
  })

  test('tells in its help how it is installed', async () => {
    const { run } = fakeCli()
    const { stdout } = await run(['completion', shell, '--help'])
    expect(stdout).toMatch(/In this shell[^]*In every shell/)
  })
})

test('the script for PowerShell passes a word in place of an empty one', () => {
  expect(POWERSHELL).toContain(`{ '${EMPTY_WORD}' }`)
})

test('the first line of the script for zsh makes a file of fpath of it', () => {
  expect(ZSH.split('\n')[0]).toBe('#compdef mm-secrets')
})
