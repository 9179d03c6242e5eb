import { nodeDeps, openSecrets } from '@mm-secrets/secrets'
import { loadSettings, Redacted } from '@mm-secrets/core'
import type { Session, Terminal } from './context.ts'
import { warn } from './output/messages.ts'

/** Settings from the environment and the secrets behind them: the one place where the CLI meets a store. */
export async function openNodeSession(
  terminal: Terminal,
  askPassphrase: boolean,
): Promise<Session> {
  const settings = await loadSettings(terminal.env, terminal.platform, terminal.fs)
  const ask = async (prompt: string): Promise<Redacted> =>
    new Redacted(await terminal.prompts.secret(prompt))
  const given = nodeDeps({
    face: 'cli',
    env: terminal.env,
    warn: (line) => {
      warn(terminal, line)
    },
    ...(askPassphrase ? { askPassphrase: ask } : {}),
  })
  return { settings, secrets: openSecrets(settings, { ...given, fs: terminal.fs }) }
}
