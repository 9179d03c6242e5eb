import { BASH } from '../../completion/scripts/bash.ts'
import { FISH } from '../../completion/scripts/fish.ts'
import { POWERSHELL } from '../../completion/scripts/powershell.ts'
import { ZSH } from '../../completion/scripts/zsh.ts'
import type { Example, Verb } from '../verb.ts'
import { verb } from '../verb.ts'

const WHAT =
  'Completes commands, options, environments, exchanges, accounts, suffixes and key types, from what is stored. Only metadata is read; nothing is asked, written or made, and MM_ENV and the rules of CI hold.'

export const bash: Verb = script('bash', BASH, [
  { does: 'In this shell', line: 'eval "$(mm-secrets completion bash)"' },
  {
    does: 'In every shell, where the package bash-completion is installed',
    line: 'mm-secrets completion bash > ~/.local/share/bash-completion/completions/mm-secrets',
  },
  {
    does: 'In every shell, without it',
    line: 'echo \'eval "$(mm-secrets completion bash)"\' >> ~/.bashrc',
  },
])

export const zsh: Verb = script('zsh', ZSH, [
  { does: 'In this shell, after compinit', line: 'eval "$(mm-secrets completion zsh)"' },
  {
    does: 'In every shell: a folder of fpath before compinit runs',
    line: 'mm-secrets completion zsh > "${fpath[1]}/_mm-secrets"',
  },
])

export const fish: Verb = script('fish', FISH, [
  { does: 'In this shell', line: 'mm-secrets completion fish | source' },
  {
    does: 'In every shell',
    line: 'mm-secrets completion fish > ~/.config/fish/completions/mm-secrets.fish',
  },
])

export const powershell: Verb = script('PowerShell', POWERSHELL, [
  {
    does: 'In this shell',
    line: 'mm-secrets completion powershell | Out-String | Invoke-Expression',
  },
  { does: 'In every shell', line: 'mm-secrets completion powershell >> $PROFILE' },
])

function script(shell: string, text: string, examples: readonly Example[]): Verb {
  return verb<object>({
    brief: `Print a script that completes command lines in ${shell}`,
    description: [WHAT],
    examples,
    exits: [],
    flags: {},
    run: ({ terminal }) => {
      terminal.stdout.write(text)
      return Promise.resolve(0)
    },
  })
}
